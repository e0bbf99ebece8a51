internal import COneDNN

extension Tensor {
  /// −Σ t · log softmax(x) of every sample, in nats: N×C logits and N×C targets to N numbers.
  ///
  /// Targets are probabilities, or weights of any sum; they have no gradient.
  public func crossEntropies(targets: Tensor) throws(TensorError) -> Tensor {
    try softLosses(targets, isDivergence: false, "crossEntropies")
  }

  /// The mean over the batch of −Σ t · log softmax(x), in nats: N×C logits and targets to a number.
  ///
  /// Targets are probabilities, such as those of a teacher; they have no gradient.
  public func crossEntropy(targets: Tensor) throws(TensorError) -> Tensor {
    try crossEntropies(targets: targets).mean()
  }

  /// The mean cross-entropy with smoothed labels and a weight for each sample, in nats.
  ///
  /// ```
  /// 1/N Σₙ wₙ · −Σ_c t · log softmax(x)      t = (1 − ε) · one-hot + ε / C
  /// ```
  /// - Parameters:
  ///   - smoothing: ε, from 0 to 1. Szegedy et al., arXiv 1512.00567, section 7.
  ///   - weights: one number per sample, with a gradient if it is recorded; all 1 without it.
  public func crossEntropy(
    labels: [Int32], smoothing: Float, weights: Tensor? = nil
  ) throws(TensorError) -> Tensor {
    guard (0...1).contains(smoothing) else {
      throw TensorError("crossEntropy: the smoothing is \(smoothing), expected 0 to 1.")
    }
    let losses =
      smoothing == 0
      ? try crossEntropies(labels: labels)
      : try crossEntropies(targets: smoothedTargets(labels, smoothing))
    guard let weights else { return try losses.mean() }
    guard weights.shape == losses.shape else {
      throw TensorError(
        "crossEntropy: the weights are \(weights.shape) for the logits \(shape), expected "
          + "\(losses.shape), one per sample.")
    }
    return try (losses * weights).mean()
  }

  /// Σ t (log t − log softmax(x)) of every sample: the Kullback–Leibler divergence of N×C
  /// probabilities from those of N×C logits, in nats.
  ///
  /// The targets have no gradient.
  public func divergences(from targets: Tensor) throws(TensorError) -> Tensor {
    try softLosses(targets, isDivergence: true, "divergences")
  }

  private func softLosses(
    _ targets: Tensor, isDivergence: Bool, _ operation: String
  ) throws(TensorError) -> Tensor {
    try requireRank(2, operation, "N×C")
    try requireSameShape(targets, operation)
    let (rows, classes) = try classRows(operation)
    let losses = Tensor(uninitialized: [shape[0]])
    let mass = Tensor(uninitialized: [shape[0]])
    let probabilities = try Tensor.output(shape, of: operation)
    odnn_soft_cross_entropy(
      pointer, targets.pointer, rows, classes, isDivergence ? 1 : 0, probabilities.pointer,
      losses.pointer, mass.pointer)
    let (target, slot) = (targets.detached, slot)
    return try losses.recorded(
      from: self,
      forward: { t in
        let slope = target.emptyCopy
        odnn_soft_cross_entropy_gradient(
          probabilities.pointer, target.pointer, mass.pointer, Tensor.ones([Int(rows)]).pointer,
          rows,
          classes, slope.pointer)
        return try t[0].map { try slope.product($0).sum(over: [1]) }
      }
    ) { g, table throws(TensorError) in
      let gradient = target.emptyCopy
      odnn_soft_cross_entropy_gradient(
        probabilities.pointer, target.pointer, mass.pointer, g.pointer, rows, classes,
        gradient.pointer)
      table.add(gradient, to: slot)
    }
  }

  private func smoothedTargets(
    _ labels: [Int32], _ smoothing: Float
  ) throws(TensorError) -> Tensor {
    try requireRank(2, "crossEntropy", "N×C")
    try requireLabels(labels, "crossEntropy")
    let classes = shape[1]
    return Tensor(shape: shape) { buffer in
      buffer.update(repeating: smoothing / Float(classes))
      for (row, label) in labels.enumerated() {
        buffer[row * classes + Int(label)] += 1 - smoothing
      }
    }
  }
}
