internal import COneDNN

extension Tensor {
  /// Normalises every channel (the last axis) to zero mean and unit variance, then scales and
  /// shifts it; adds a tensor of the same shape and applies ReLU if asked, all in one pass.
  ///
  /// ```
  /// y = scale · (x − mean) / √(variance + ε) + shift [+ addend]
  /// ```
  /// In training the mean and (biased) variance are the batch's, and the running statistics move
  /// towards them; in evaluation they are the running ones. With `adding`, this is the end of a
  /// residual block.
  /// Ioffe & Szegedy, *Batch normalization*, ICML 2015, arXiv 1502.03167.
  public func batchNormalized(
    scale: Tensor, shift: Tensor, statistics: BatchStatistics, training: Bool,
    adding addend: Tensor? = nil, relu: Bool = false
  ) throws(TensorError) -> Tensor {
    try requireNormalizable(scale, shift, statistics, training)
    if let addend { try requireSameShape(addend, "batchNormalized(adding:)") }
    guard count > 0 else { return self }
    let (mean, variance) =
      training ? channelStatistics() : (statistics.mean.detached, statistics.variance.detached)
    let record = Normalization(
      shape: shape, scale: scale.detached, shift: shift, mean: mean, variance: variance,
      epsilon: statistics.epsilon, usesBatch: training)
    let output = try record.output(of: self, adding: addend, relu: relu)
    if training {
      statistics.update(mean: mean, variance: variance, rows: count / shape[-1])
    }
    let slots = Normalization.Slots(
      input: slot, scale: scale.slot, shift: shift.slot, addend: addend?.slot)
    let mask: Normalization.Mask = relu ? (addend == nil ? .recomputed : .output) : .none
    let isRecorded = [self, scale, shift, addend].contains { $0?.slot != nil }
    let kept =
      isRecorded
      ? Normalization.Kept(
        input: KeptFactor(keeping: self),
        output: mask == .output ? KeptFactor(keeping: output) : nil,
        mask: mask) : nil
    return try output.recorded(
      from: self, scale, shift, addend,
      forward: { t in
        let sum = try Tensor.sum(record.tangent(t, at: detached), t[3])
        return relu ? sum?.masked(where: output) : sum
      }
    ) { g, table throws(TensorError) in
      if let kept { record.backward(g, kept, slots, table) }
    }
  }

  /// Mean and biased variance of each channel.
  private func channelStatistics() -> (mean: Tensor, variance: Tensor) {
    let (rows, channels) = (Int64(count / shape[-1]), shape[-1])
    let mean = Tensor(uninitialized: [channels])
    let variance = Tensor(uninitialized: [channels])
    let scratch = Storage(count: odnn_channel_scratch(rows, Int64(channels)))
    odnn_channel_statistics(
      pointer, rows, Int64(channels), mean.pointer, variance.pointer, scratch.pointer)
    return (mean, variance)
  }

  private func requireNormalizable(
    _ scale: Tensor, _ shift: Tensor, _ statistics: BatchStatistics, _ training: Bool
  ) throws(TensorError) {
    guard shape.rank >= 2 else {
      throw TensorError("batchNormalized: the input is \(shape), expected N×…×C.")
    }
    let expected: Shape = [shape[-1]]
    for (name, other) in [
      ("scale", scale), ("shift", shift), ("running mean", statistics.mean),
      ("running variance", statistics.variance),
    ] where other.shape != expected {
      throw TensorError(
        "batchNormalized: the \(name) is \(other.shape) and the input \(shape); expected "
          + "\(expected), one per channel.")
    }
    guard !training || count == 0 || count / shape[-1] > 1 else {
      throw TensorError(
        "batchNormalized: the input \(shape) has one value per channel, expected more than one "
          + "in training; use a larger batch.")
    }
  }
}
