public import Tensors

/// Waves of sine and cosine added to the tokens, by which a transformer tells their places: not
/// trained.
///
/// ```
/// place p, dimension 2j: sin(p / 10000^(2j/width));   2j + 1: cos of the same
/// ```
/// Vaswani et al., arXiv:1706.03762, section 3.5. Stored as `weight`, tokens × width.
public struct FixedPositions: Layer {
  /// Fixed positions.
  public init() {}

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.tokens(input)
    site.frozenParameter("weight", input, .waves)
    return input
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input + context.parameter("weight")
  }

  public var description: String { "FixedPositions()" }
}
