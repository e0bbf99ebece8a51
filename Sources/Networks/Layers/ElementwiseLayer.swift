public import Tensors

/// A layer that is one function of every element.
public protocol ElementwiseLayer: Layer {
  /// The function.
  static var function: Activation { get }
}

extension ElementwiseLayer {
  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    site.work.activated = input.count
    return input
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.activated(by: Self.function)
  }

  public var description: String { "\(Self.kind)()" }
}

/// x · Φ(x), Φ being the normal distribution.
///
/// Hendrycks and Gimpel, arXiv:1606.08415.
public struct GELU: ElementwiseLayer {
  public static let function = Activation.gelu
  /// The exact function.
  public init() {}
}

/// x · sigmoid(x), also called swish.
///
/// Elfwing et al., arXiv:1702.03118.
public struct SiLU: ElementwiseLayer {
  public static let function = Activation.silu
  /// The function.
  public init() {}
}

/// min(max(x, 0), 6).
public struct ReLU6: ElementwiseLayer {
  public static let function = Activation.relu6
  /// The function.
  public init() {}
}

/// x · relu6(x + 3) / 6.
///
/// Howard et al., arXiv:1905.02244, section 5.2.
public struct HardSwish: ElementwiseLayer {
  public static let function = Activation.hardSwish
  /// The function.
  public init() {}
}

/// relu6(x + 3) / 6.
public struct HardSigmoid: ElementwiseLayer {
  public static let function = Activation.hardSigmoid
  /// The function.
  public init() {}
}

/// 1 / (1 + e⁻ˣ).
public struct Sigmoid: ElementwiseLayer {
  public static let function = Activation.sigmoid
  /// The function.
  public init() {}
}

/// The hyperbolic tangent.
public struct Tanh: ElementwiseLayer {
  public static let function = Activation.tanh
  /// The function.
  public init() {}
}
