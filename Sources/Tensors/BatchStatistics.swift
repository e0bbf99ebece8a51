/// The running mean and variance of a batch normalisation, used in evaluation.
public final class BatchStatistics {
  /// Running mean of each channel.
  public var mean: Tensor { didSet { note(mean) } }
  /// Running unbiased variance of each channel.
  public var variance: Tensor { didSet { note(variance) } }
  /// The shape of both.
  package let shape: Shape
  /// Weight of the newest batch: running ← (1 − momentum) · running + momentum · batch.
  public let momentum: Float
  /// Added to the variance before its root is taken.
  public let epsilon: Float

  public init(channels: Int, momentum: Float = 0.1, epsilon: Float = 1e-5) {
    mean = .zeros([channels])
    variance = .ones([channels])
    (self.momentum, self.epsilon) = (momentum, epsilon)
    shape = [channels]
  }

  private func note(_ changed: Tensor) { if changed.shape != shape { Reshaping.note() } }

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
