public import Tensors

/// BERT's first layer: the sum of three learned vectors for every token – for the token, for its
/// place, and for the text it belongs to – normalised: tokens in, tokens × `width` out.
///
/// A pair of texts is told apart by a separator: the tokens up to the first, itself included, are of
/// the first text, those up to the next of the second. Without a separator all are of the first.
/// Devlin et al., *BERT*, NAACL 2019, arXiv:1810.04805, section 3 and figure 2.
///
/// It is the first layer of a network of tokens, whose vocabulary it takes over. Stored as `words`,
/// `positions` and `types`, one vector a row, and `norm`.
public struct BERTEmbedding: Layer {
  /// The length of a token's vector.
  public let width: Int
  /// The number of places that have a vector: the longest sequence.
  public let positions: Int
  /// The number of texts told apart.
  public let types: Int
  /// The token that ends a text.
  public let separator: Int?
  /// The probability of a zero behind the normalisation, while training.
  public let dropout: Float
  /// Added to variances before the root.
  public let epsilon: Float

  /// An embedding with vectors of this length.
  public init(
    _ width: Int, positions: Int = 512, types: Int = 2, separator: Int? = nil, dropout: Float = 0,
    epsilon: Float = 1e-12
  ) {
    (self.width, self.positions, self.types) = (width, positions, types)
    (self.separator, self.dropout, self.epsilon) = (separator, dropout, epsilon)
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.positive(width, "its width")
    try Require.positive(types, "its number of types")
    try Require.positive(positions, "its number of positions")
    guard let vocabulary = site.vocabulary else {
      throw NetworkError(
        "it works on token numbers, and gets \(input); put it first in a "
          + "Network(tokens:vocabulary:classes:)")
    }
    _ = try Require.product(vocabulary, width)
    guard input[0] <= positions else {
      throw NetworkError(
        "it has vectors for \(positions) places, and sequences have \(input[0]) tokens")
    }
    guard (0..<1).contains(dropout) else {
      throw NetworkError("its dropout is \(dropout); it must be at least 0 and below 1")
    }
    site.parameter("words", [vocabulary, width], .normal(deviation: 0.02))
    site.parameter("positions", [positions, width], .normal(deviation: 0.02))
    site.parameter("types", [types, width], .normal(deviation: 0.02))
    return try site.inner("norm", LayerNorm(epsilon: epsilon), on: [input[0], width])
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    let words = try input.embedded(in: context.parameter("words"))
    let kinds = try textNumbers(input).embedded(in: context.parameter("types"))
    let places = try context.parameter("positions").slice(0..<input.shape[1], axis: 0)
    let sum = try words.adding(kinds) + places
    let normalized = try context.run("norm", sum)
    guard context.isTraining else { return normalized }
    return try normalized.dropout(rate: dropout, using: &context.random)
  }

  /// For every token the number of separators before it in its sequence, at most the last type.
  private func textNumbers(_ tokens: Tensor) -> Tensor {
    guard let separator else { return .zeros(tokens.shape) }
    let length = tokens.shape[1]
    return Tensor(shape: tokens.shape) { numbers in
      tokens.withUnsafeBuffer { tokens in
        var text = 0
        for index in numbers.indices {
          if index % length == 0 { text = 0 }
          numbers[index] = Float(min(text, types - 1))
          if tokens[index] == Float(separator) { text += 1 }
        }
      }
    }
  }

  public var description: String {
    var text = "BERTEmbedding(\(width)"
    if positions != 512 { text += ", positions: \(positions)" }
    if types != 2 { text += ", types: \(types)" }
    if let separator { text += ", separator: \(separator)" }
    if dropout != 0 { text += ", dropout: \(dropout)" }
    if epsilon != 1e-12 { text += ", epsilon: \(epsilon)" }
    return text + ")"
  }
}
