public import Tensors

/// Attention of every token to every other: tokens × width in and out.
///
/// Queries, keys and values come from one dense layer, and another follows. Counted are the scores
/// and the mean of the values too: 2 · tokens² · width. Vaswani et al., arXiv:1706.03762, section
/// 3.2. Stored as `qkv` and `proj`, timm's names.
public struct SelfAttention: Layer {
  /// The number of heads; it divides the width.
  public let heads: Int
  /// Whether a token sees only itself and those before it.
  public let isCausal: Bool
  /// Whether queries, keys and values have a bias.
  public let qkvBias: Bool

  /// Attention with this many heads.
  public init(heads: Int, isCausal: Bool = false, qkvBias: Bool = true) {
    (self.heads, self.isCausal, self.qkvBias) = (heads, isCausal, qkvBias)
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.tokens(input)
    try Require.positive(heads, "its number of heads")
    guard input[1] % heads == 0 else {
      throw NetworkError("\(heads) heads must divide the width of \(input)")
    }
    _ = try site.inner("qkv", Dense(3 * input[1], bias: qkvBias), on: input)
    _ = try site.inner("proj", Dense(input[1]), on: input)
    site.work.products = try Require.product(2, input[0], input[0], input[1])
    return input
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try forward(input, context, adding: nil)
  }

  /// The attention, and what is added to it in the last pass over memory.
  func forward(_ input: Tensor, _ context: LayerContext, adding addend: Tensor?) throws -> Tensor {
    let mixed = try context.run("qkv", input).selfAttention(heads: heads, isCausal: isCausal)
    return try context.run("proj", mixed, adding: addend)
  }

  /// What ``forward(_:_:)`` gives for one token: tokens × width in, width out.
  ///
  /// - Parameter addend: what is added to it, width.
  func forward(
    _ input: Tensor, _ context: LayerContext, only token: Int, adding addend: Tensor? = nil
  ) throws -> Tensor {
    let own = try input.selected(token, axis: 1)
    let inner = try context.inner("qkv")
    let (weight, bias) = (try inner.parameter("weight"), inner.optionalParameter("bias"))
    let width = input.shape[2]
    func part(_ rows: Range<Int>, of input: Tensor) throws -> Tensor {
      try input.dense(weight: weight.slice(rows, axis: 0), bias: bias?.slice(rows, axis: 0))
    }
    let query = try part(0..<width, of: own).reshaped([input.shape[0], 1, width])
    let seen = try isCausal ? input.slice(0..<(token + 1), axis: 1) : input
    let mixed = try Tensor.attention(
      queries: query, keysAndValues: part(width..<(3 * width), of: seen), heads: heads)
    return try context.run("proj", mixed.reshaped([input.shape[0], width]), adding: addend)
  }

  public var description: String {
    "SelfAttention(heads: \(heads)\(isCausal ? ", isCausal: true" : "")"
      + "\(qkvBias ? "" : ", qkvBias: false"))"
  }
}
