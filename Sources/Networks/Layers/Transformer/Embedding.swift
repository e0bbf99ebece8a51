public import Tensors

/// A learned vector for every token: tokens in, tokens × `width` out.
///
/// It is the first layer of a network of tokens, whose vocabulary it takes over. Stored as
/// `weight`, vocabulary × width; starts normal with deviation 0.02, as BERT does.
public struct Embedding: Layer {
  /// The length of a token's vector.
  public let width: Int

  /// An embedding with vectors of this length.
  public init(_ width: Int) {
    self.width = width
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.positive(width, "its width")
    guard let vocabulary = site.vocabulary else {
      throw NetworkError(
        "it works on token numbers, and gets \(input); put it first in a "
          + "Network(tokens:vocabulary:classes:)")
    }
    site.parameter("weight", [vocabulary, width], .normal(deviation: 0.02))
    return [input[0], width]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.embedded(in: context.parameter("weight"))
  }

  public var description: String { "Embedding(\(width))" }
}

/// A learned vector for every place in the sequence, added to the token there.
///
/// Stored as `weight`, tokens × width; starts normal with deviation 0.02. Vaswani et al.,
/// arXiv:1706.03762, section 3.5.
public struct Positions: Layer {
  /// Learned positions.
  public init() {}

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.tokens(input)
    site.parameter("weight", input, .normal(deviation: 0.02))
    return input
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input + context.parameter("weight")
  }

  public var description: String { "Positions()" }
}

extension Require {
  /// Tokens × width.
  static func tokens(_ shape: Shape) throws(NetworkError) {
    guard shape.rank == 2 else {
      throw NetworkError(
        "it works on tokens × width, and gets \(shape); put Embedding or PatchEmbedding before it")
    }
  }
}
