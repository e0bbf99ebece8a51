public import Tensors

/// T2T-ViT's transformer between two splits: one head of attention that narrows the tokens, then
/// two dense layers: tokens × anything in, tokens × `width` out.
///
/// ```
/// v, z ← values and softmax(q kᵀ / √d) v of norm(x);   y ← v + proj(z);   y + mlp(norm(y))
/// ```
/// As the authors have it, d is the width that comes in, and the values take the place of the input
/// in the first addition. Yuan et al., arXiv:2101.11986, section 3.1, equations 1 and 2. Stored as
/// `norm1`, `attn.qkv`, `attn.proj`, `norm2`, `mlp.fc1`, `mlp.fc2`, the authors' names.
public struct TokenTransformer: Layer {
  /// The length of a token afterwards.
  public let width: Int

  /// A transformer that gives tokens of length `width`.
  public init(_ width: Int) {
    self.width = width
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.tokens(input)
    try Require.positive(width, "its width")
    _ = try site.inner("norm1", LayerNorm(), on: input)
    let narrow = try site.inner("attn", NarrowingAttention(width: width), on: input)
    _ = try site.inner("norm2", LayerNorm(), on: narrow)
    return try site.inner("mlp", MLP(hidden: width, activation: .gelu), on: narrow)
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    let mixed = try context.run("attn", context.run("norm1", input))
    return try mixed.adding(context.run("mlp", context.run("norm2", mixed)))
  }

  public var description: String { "TokenTransformer(\(width))" }
}

/// One head of attention whose tokens are narrower than its input, added to the values.
struct NarrowingAttention: Layer {
  let width: Int

  func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    _ = try site.inner("qkv", Dense(3 * width, bias: false), on: input)
    site.work.products = try Require.product(2, input[0], input[0], width)
    return try site.inner("proj", Dense(width), on: [input[0], width])
  }

  func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    let all = try context.run("qkv", input)
    // Attention divides by the root of its own width; the queries make up for it.
    let factor = (Float(width) / Float(input.shape[2])).squareRoot()
    let factors = Tensor(shape: [3 * width]) { buffer in
      for i in buffer.indices { buffer[i] = i < width ? factor : 1 }
    }
    let values = try all.slice(2 * width..<3 * width, axis: 2)
    let mixed = try (all * factors).selfAttention(heads: 1)
    return try values.adding(context.run("proj", mixed))
  }

  var description: String { "NarrowingAttention(\(width))" }
}
