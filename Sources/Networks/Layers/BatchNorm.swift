public import Tensors

/// Batch normalisation: every channel is brought to mean 0 and variance 1, then scaled and shifted.
///
/// While it is trained it uses the batch's own mean and variance and moves the running ones a
/// little (`momentum`) towards them; in evaluation, and when it is frozen, it uses the running ones
/// and leaves them alone. Ioffe and Szegedy, arXiv:1502.03167.
///
/// Stored as `weight`, `bias`, `running_mean` and `running_var`, PyTorch's names.
public struct BatchNorm: Layer {
  /// How much of a new batch enters the running values.
  public let momentum: Float
  /// Added to the variance before the root.
  public let epsilon: Float

  /// A batch normalisation over the last axis.
  public init(momentum: Float = 0.1, epsilon: Float = 1e-5) {
    self.momentum = momentum
    self.epsilon = epsilon
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    guard momentum > 0, momentum <= 1 else {
      throw NetworkError("its momentum is \(momentum); it must be above 0 and at most 1")
    }
    guard epsilon > 0, epsilon.isFinite else {
      throw NetworkError("its epsilon is \(epsilon); it must be above 0")
    }
    let channels = input[input.rank - 1]
    site.parameter("weight", [channels], .ones)
    site.parameter("bias", [channels], .zeros)
    site.statistics(channels: channels, momentum: momentum, epsilon: epsilon)
    site.work.normalized = input.count
    return input
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try normalized(input, context, adding: nil, relu: false)
  }

  /// The normalisation, with the addition and the ReLU that follow it done in the same pass over
  /// memory.
  func normalized(
    _ input: Tensor, _ context: LayerContext, adding addend: Tensor?, relu: Bool
  ) throws -> Tensor {
    try input.batchNormalized(
      scale: context.parameter("weight"), shift: context.parameter("bias"),
      statistics: context.statistics(), training: context.isTraining,
      adding: addend, relu: relu)
  }

  public var description: String {
    var fields: [String] = []
    if momentum != 0.1 { fields.append("momentum: \(momentum)") }
    if epsilon != 1e-5 { fields.append("epsilon: \(epsilon)") }
    return "BatchNorm(\(fields.joined(separator: ", ")))"
  }
}
