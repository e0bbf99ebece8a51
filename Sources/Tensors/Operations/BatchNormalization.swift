internal import COneDNN

/// The running mean and variance of a batch normalisation, used in evaluation.
public final class BatchStatistics {
  /// Running mean of each channel.
  public var mean: Tensor
  /// Running unbiased variance of each channel.
  public var variance: Tensor
  /// Weight of the newest batch: running ← (1 − momentum) · running + momentum · batch.
  public let momentum: Float
  /// Added to the variance before its root is taken.
  public let epsilon: Float

  public init(channels: Int, momentum: Float = 0.1, epsilon: Float = 1e-5) {
    mean = .zeros([channels])
    variance = .ones([channels])
    (self.momentum, self.epsilon) = (momentum, epsilon)
  }

  /// Moves the running values towards those of a batch of `rows` values per channel.
  func update(mean batchMean: Tensor, variance batchVariance: Tensor, rows: Int) {
    let (keep, momentum) = (1 - momentum, momentum)
    let unbiased = Float(rows) / Float(max(rows - 1, 1))
    mean.withUnsafeMutableBuffer { running in
      for c in running.indices {
        running[c] = keep * running[c] + momentum * batchMean.pointer[c]
      }
    }
    variance.withUnsafeMutableBuffer { running in
      for c in running.indices {
        running[c] = keep * running[c] + momentum * unbiased * batchVariance.pointer[c]
      }
    }
  }
}

extension Tensor {
  /// Normalises every channel (the last axis) to zero mean and unit variance, then scales and
  /// shifts it, and applies ReLU if asked, in one pass.
  ///
  /// ```
  /// y = scale · (x − mean) / √(variance + ε) + shift
  /// ```
  /// In training the mean and (biased) variance are the batch's, and the running statistics move
  /// towards them; in evaluation they are the running ones.
  /// Ioffe & Szegedy, *Batch normalization*, ICML 2015, arXiv 1502.03167.
  public func batchNormalized(
    scale: Tensor, shift: Tensor, statistics: BatchStatistics, training: Bool, relu: Bool = false
  ) throws(TensorError) -> Tensor {
    try requireNormalizable(scale, shift, statistics, training)
    guard count > 0 else { return self }
    let (rows, channels) = (count / shape[-1], shape[-1])
    let (mean, variance) =
      training ? channelStatistics() : (statistics.mean.detached, statistics.variance.detached)
    if training { statistics.update(mean: mean, variance: variance, rows: rows) }
    let inverse = Tensor(shape: [channels]) { buffer in
      for c in buffer.indices {
        buffer[c] = 1 / (variance.pointer[c] + statistics.epsilon).squareRoot()
      }
    }
    let output = normalized(mean: mean, inverse: inverse, scale: scale, shift: shift, relu: relu)
    let pass = NormalizationBackward(
      input: detached, output: relu ? output : nil, scale: scale.detached, mean: mean,
      inverse: inverse, usesBatch: training, slots: (slot, scale.slot, shift.slot))
    return try output.recorded(from: self, scale, shift) { g, table throws(TensorError) in
      pass.run(g, table)
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

  private func normalized(
    mean: Tensor, inverse: Tensor, scale: Tensor, shift: Tensor, relu: Bool
  ) -> Tensor {
    let channels = shape[-1]
    let factor = scale.product(inverse)
    let offset = Tensor(shape: [channels]) { buffer in
      for c in buffer.indices {
        buffer[c] = shift.pointer[c] - mean.pointer[c] * factor.pointer[c]
      }
    }
    let output = Tensor(uninitialized: shape)
    odnn_channel_affine(
      pointer, nil, Int64(count / channels), Int64(channels), factor.pointer, offset.pointer,
      relu ? 1 : 0, output.pointer)
    return output
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

/// What the backward pass of a batch normalisation needs.
///
/// With x̂ = (x − mean) / deviation and g the gradient of the output (zero where ReLU cut):
/// ```
/// d shift = Σ g      d scale = Σ g x̂
/// dx = scale / deviation · (g − Σ g / n − x̂ · Σ g x̂ / n)     batch statistics
/// dx = scale / deviation · g                                  running statistics
/// ```
private struct NormalizationBackward {
  let input: Tensor
  let output: Tensor?
  let scale: Tensor
  let mean: Tensor
  let inverse: Tensor
  let usesBatch: Bool
  let slots: (input: Int?, scale: Int?, shift: Int?)

  func run(_ gradient: consuming Tensor, _ table: GradientTable) {
    let (rows, channels) = (input.count / input.shape[-1], input.shape[-1])
    let sum = Tensor(uninitialized: [channels])
    let product = Tensor(uninitialized: [channels])
    let scratch = Storage(count: odnn_channel_scratch(Int64(rows), Int64(channels)))
    odnn_channel_gradient_sums(
      gradient.pointer, output?.pointer, input.pointer, Int64(rows), Int64(channels),
      mean.pointer, inverse.pointer, sum.pointer, product.pointer, scratch.pointer)
    if slots.input != nil {
      table.add(inputGradient(gradient, sum: sum, product: product, rows: rows), to: slots.input)
    }
    table.add(sum, to: slots.shift)
    table.add(product, to: slots.scale)
  }

  /// dx = g · a + x · b + c with per-channel a, b, c; written over g if nobody else holds it.
  private func inputGradient(
    _ gradient: consuming Tensor, sum: Tensor, product: Tensor, rows: Int
  ) -> Tensor {
    let channels = input.shape[-1]
    let a = scale.product(inverse)
    let b = Tensor.zeros([channels])
    let c = Tensor.zeros([channels])
    if usesBatch {
      for k in 0..<channels {
        b.pointer[k] = -a.pointer[k] * inverse.pointer[k] * product.pointer[k] / Float(rows)
        c.pointer[k] = -a.pointer[k] * sum.pointer[k] / Float(rows) - mean.pointer[k] * b.pointer[k]
      }
    }
    let unshared = isKnownUniquelyReferenced(&gradient.storage)
    let result = unshared ? gradient : Tensor(uninitialized: input.shape)
    odnn_channel_gradient(
      gradient.pointer, output?.pointer, input.pointer, Int64(rows), Int64(channels), a.pointer,
      b.pointer, c.pointer, nil, result.pointer)
    return result
  }
}
