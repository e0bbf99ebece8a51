internal import COneDNN

extension Tensor {
  /// The mean over the batch of −log softmax(x)[label], in nats: N×C logits to one number.
  ///
  /// Throws if there is no sample, or a label is outside the classes.
  public func crossEntropy(labels: [Int32]) throws(TensorError) -> Tensor {
    guard !labels.isEmpty else {
      throw TensorError("crossEntropy: the batch \(shape) has no samples, so there is no mean.")
    }
    let (losses, probabilities) = try crossEntropyForward("crossEntropy", labels)
    let mean = Float(odnn_sum(losses.pointer, Int64(losses.count)) / Double(losses.count))
    let (shape, slot) = (shape, slot)
    return try Tensor.filled(mean, shape: [])
      .recorded(
        from: self,
        forward: { t in try t[0]?.lossTangent(probabilities, labels).mean() }
      ) { g, table throws(TensorError) in
        let gradient = try Tensor.output(shape, of: "crossEntropy, backward")
        odnn_cross_entropy_gradient(
          probabilities.pointer, labels, g.pointer, 0, 1 / Float(labels.count), Int64(shape[0]),
          Int64(shape[1]), gradient.pointer)
        table.add(gradient, to: slot)
      }
  }

  /// −log softmax(x)[label] of every sample, in nats: N×C logits to N numbers.
  public func crossEntropies(labels: [Int32]) throws(TensorError) -> Tensor {
    let (losses, probabilities) = try crossEntropyForward("crossEntropies", labels)
    let (shape, slot) = (shape, slot)
    return try losses.recorded(
      from: self,
      forward: { t in try t[0]?.lossTangent(probabilities, labels) }
    ) { g, table throws(TensorError) in
      let gradient = try Tensor.output(shape, of: "crossEntropy, backward")
      odnn_cross_entropy_gradient(
        probabilities.pointer, labels, g.pointer, 1, 1, Int64(shape[0]), Int64(shape[1]),
        gradient.pointer)
      table.add(gradient, to: slot)
    }
  }

  private func crossEntropyForward(
    _ operation: String, _ labels: [Int32]
  ) throws(TensorError) -> (losses: Tensor, probabilities: Tensor) {
    try requireRank(2, operation, "N×C")
    let (rows, classes) = try classRows(operation)
    try requireLabels(labels, operation)
    let losses = Tensor(uninitialized: [shape[0]])
    let probabilities = try Tensor.output(shape, of: operation)
    odnn_cross_entropy(
      pointer, labels, rows, classes, probabilities.pointer, losses.pointer)
    return (losses, probabilities)
  }

  /// Throws unless there is one label per row, each a class of these N×C logits.
  func requireLabels(_ labels: [Int32], _ operation: String) throws(TensorError) {
    guard labels.count == shape[0] else {
      throw TensorError(
        "\(operation): got \(labels.count) labels for the logits \(shape), expected \(shape[0]).")
    }
    if let index = labels.firstIndex(where: { $0 < 0 || $0 >= shape[1] }) {
      throw TensorError(
        "\(operation): label \(labels[index]) of sample \(index) is outside the \(shape[1]) classes "
          + "of the logits \(shape); expected 0 to \(shape[1] - 1).")
    }
  }

  /// Σ (p − one-hot) · t of every row: the derivative of the losses along this direction t.
  fileprivate func lossTangent(
    _ probabilities: Tensor, _ labels: [Int32]
  ) throws(TensorError) -> Tensor {
    let slope = Tensor(uninitialized: shape)
    odnn_cross_entropy_gradient(
      probabilities.pointer, labels, Tensor.ones([shape[0]]).pointer, 1, 1, Int64(shape[0]),
      Int64(shape[1]), slope.pointer)
    return try slope.product(self).sum(over: [1])
  }
}
