public import Tensors

/// Layer normalisation: every token, or every pixel, is brought to mean 0 and variance 1 over its
/// channels, then scaled and shifted.
///
/// Ba, Kiros and Hinton, arXiv:1607.06450, equation 4.
/// Stored as `weight` and `bias`.
public struct LayerNorm: Layer {
  /// Added to the variance before the root.
  public let epsilon: Float

  /// A layer normalisation over the last axis.
  public init(epsilon: Float = 1e-5) {
    self.epsilon = epsilon
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    guard epsilon > 0, epsilon.isFinite else {
      throw NetworkError("its epsilon is \(epsilon); it must be above 0")
    }
    site.parameter("weight", [input[-1]], .ones)
    site.parameter("bias", [input[-1]], .zeros)
    site.work.normalized = input.count
    return input
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.layerNormalized(
      scale: context.parameter("weight"), shift: context.parameter("bias"), epsilon: epsilon)
  }

  public var description: String { "LayerNorm(\(epsilon == 1e-5 ? "" : "epsilon: \(epsilon)"))" }
}

/// Group normalisation: every group of channels of an image is brought to mean 0 and variance 1
/// over all positions, then scaled and shifted.
///
/// Wu and He, arXiv:1803.08494, equation 7.
/// Stored as `weight` and `bias`.
public struct GroupNorm: Layer {
  /// The number of groups; it divides the channels.
  public let groups: Int
  /// Added to the variance before the root.
  public let epsilon: Float

  /// A group normalisation with this many groups.
  public init(groups: Int, epsilon: Float = 1e-5) {
    self.groups = groups
    self.epsilon = epsilon
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.positive(groups, "its number of groups")
    guard epsilon > 0, epsilon.isFinite else {
      throw NetworkError("its epsilon is \(epsilon); it must be above 0")
    }
    guard input[-1] % groups == 0 else {
      throw NetworkError("\(groups) groups must divide the \(input[-1]) channels that come in")
    }
    site.parameter("weight", [input[-1]], .ones)
    site.parameter("bias", [input[-1]], .zeros)
    site.work.normalized = input.count
    return input
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.groupNormalized(
      groups: groups, scale: context.parameter("weight"), shift: context.parameter("bias"),
      epsilon: epsilon)
  }

  public var description: String {
    "GroupNorm(groups: \(groups)\(epsilon == 1e-5 ? "" : ", epsilon: \(epsilon)"))"
  }
}
