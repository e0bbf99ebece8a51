public import Tensors

/// T2T-ViT's performer between two splits: attention whose work grows with the number of tokens
/// instead of its square, then two dense layers: tokens × anything in, tokens × `width` out.
///
/// With m fixed random directions ω, orthogonal and of length √m, it replaces eᑫᵏ by products of
/// positive features:
/// ```
/// φ(x) = exp(ωᵀx − ‖x‖²/2) / √m
/// z = φ(q) (Σ φ(k) vᵀ) / (φ(q) Σ φ(k) + 10⁻⁸);   y ← v + proj(z);   y + mlp(norm(y))
/// ```
/// Choromanski et al., *Rethinking attention with performers*, ICLR 2021, arXiv:2009.14794,
/// equation 5; Yuan et al., arXiv:2101.11986, section 3.3. Stored as `norm1`, `kqv`, `proj`, `norm2`,
/// `mlp.0`, `mlp.2` and `w`, the directions, which are not trained.
public struct TokenPerformer: Layer {
  /// The length of a token afterwards.
  public let width: Int
  /// The number of random directions; half the width unless given.
  public let features: Int

  /// A performer that gives tokens of length `width`.
  public init(_ width: Int, features: Int? = nil) {
    self.width = width
    self.features = features ?? max(1, width / 2)
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.tokens(input)
    try Require.positive(width, "its width")
    try Require.positive(features, "its number of features")
    guard features <= width else {
      throw NetworkError(
        "\(features) orthogonal directions do not fit in the \(width) dimensions of its tokens")
    }
    _ = try site.inner("kqv", Dense(3 * width), on: input)
    let narrow = try site.inner("proj", Dense(width), on: [input[0], width])
    _ = try site.inner("norm1", LayerNorm(), on: input)
    _ = try site.inner("norm2", LayerNorm(), on: narrow)
    let mlp = [AnyLayer(Dense(width)), AnyLayer(GELU()), AnyLayer(Dense(width))]
    let output = try site.inner("mlp", Branch(mlp), on: narrow)
    site.frozenParameter(
      "w", [features, width], .orthogonal(scale: Float(features).squareRoot()))
    // Features of keys and queries, keys by values, queries by that, and the divisor.
    site.work.products =
      try Require.product(4 * width + 1, input[0], features)
    return output
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    let all = try context.run("kqv", context.run("norm1", input))
    let parts = try (0..<3).map { try all.slice($0 * width..<($0 + 1) * width, axis: 2) }
    let (keys, queries) = try (positive(parts[0], context), positive(parts[1], context))
    let sums = try keys.sum(over: [1], keepingAxes: true)
    let divisor = try queries.matrixProduct(sums, transposed: (false, true)) + 1e-8
    let products = try parts[2].matrixProduct(keys, transposed: (true, false))
    let means = try queries.matrixProduct(products, transposed: (false, true)) / divisor
    let mixed = try parts[2].adding(context.run("proj", means))
    return try mixed.adding(context.run("mlp", context.run("norm2", mixed)))
  }

  /// φ of every token: tokens × width to tokens × features.
  private func positive(_ tokens: Tensor, _ context: LayerContext) throws -> Tensor {
    let along = try tokens.dense(weight: context.parameter("w"))
    let lengths = try (tokens * tokens).sum(over: [2], keepingAxes: true) * 0.5
    return try (along - lengths).exponential() * (1 / Float(features).squareRoot())
  }

  public var description: String {
    "TokenPerformer(\(width)\(features == width / 2 ? "" : ", features: \(features)"))"
  }
}
