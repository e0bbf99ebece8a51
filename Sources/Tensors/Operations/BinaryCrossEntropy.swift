internal import COneDNN

extension Tensor {
  /// −t · log σ(x) − (1 − t) · log(1 − σ(x)) of every logit x, in nats; targets of the same shape.
  ///
  /// Computed as max(x, 0) − x·t + ln(1 + e⁻ˡˣˡ), so that no logit overflows. Targets are between
  /// 0 and 1 and have no gradient.
  public func binaryCrossEntropies(targets: Tensor) throws(TensorError) -> Tensor {
    try requireSameShape(targets, "binaryCrossEntropies")
    let output = try Tensor.output(shape, of: "binaryCrossEntropies")
    odnn_binary_cross_entropy(pointer, targets.pointer, output.pointer, Int64(count))
    let (input, target, slot) = (detached, targets.detached, slot)
    return try output.recorded(
      from: self,
      forward: { t in
        try .symmetric(t[0], at: input) { x in
          try x.binaryCrossEntropies(targets: target)
        }
      }
    ) { g, table throws(TensorError) in
      var gradient = g
      let result = gradient.isUnshared ? gradient : gradient.emptyCopy
      odnn_binary_cross_entropy_gradient(
        gradient.pointer, input.pointer, target.pointer, result.pointer, Int64(result.count))
      table.add(result, to: slot)
    }
  }

  /// The mean over all logits of their binary cross-entropy, in nats.
  public func binaryCrossEntropy(targets: Tensor) throws(TensorError) -> Tensor {
    try binaryCrossEntropies(targets: targets).mean()
  }

  /// The mean of −t · log p − (1 − t) · log(1 − p) for probabilities p, in nats.
  ///
  /// Logarithms are kept above −100, and the gradient's denominator p(1 − p) above 10⁻¹², as in
  /// PyTorch. From logits use ``binaryCrossEntropy(targets:)``, which loses no digits.
  public func probabilityCrossEntropy(targets: Tensor) throws(TensorError) -> Tensor {
    try requireSameShape(targets, "probabilityCrossEntropy")
    try withUnsafeBuffer { buffer throws(TensorError) in
      if let wrong = buffer.firstIndex(where: { !(0...1).contains($0) }) {
        throw TensorError(
          "probabilityCrossEntropy: scalar \(wrong) of \(shape) is \(buffer[wrong]), expected a "
            + "probability; for logits use binaryCrossEntropy.")
      }
    }
    let floor = Tensor.filled(-100, shape: [])
    let p = detached
    let no = p.mapped(factor: -1, offset: 1)
    let logs = (
      try Tensor.larger(p.logarithm(), floor), try Tensor.larger(no.logarithm(), floor)
    )
    let target = targets.detached
    let losses = try (target * logs.0 + target.mapped(factor: -1, offset: 1) * logs.1) * -1
    let slot = slot
    return try losses.recorded(
      from: self,
      forward: { t in
        let spread = try Tensor.larger(p.product(no), .filled(1e-12, shape: []))
        return try t[0].map { try $0 * ((p - target) / spread) }
      }
    ) { g, table throws(TensorError) in
      let spread = try Tensor.larger(p.product(no), .filled(1e-12, shape: []))
      table.add(try g * ((p - target) / spread), to: slot)
    }.mean()
  }
}
