public import Tensors

/// A transformer's block: attention, then two dense layers on every token, each added to its input.
///
/// ```
/// x ← x + attention(norm(x));  x ← x + dense(f(dense(norm(x))))      normalised before, as ViT
/// x ← norm(x + attention(x));  x ← norm(x + dense(f(dense(x))))      normalised after, as BERT
/// ```
/// Dosovitskiy et al., arXiv:2010.11929, equations 2 and 3; Vaswani et al., arXiv:1706.03762, figure
/// 1. Names follow timm: `norm1`, `attn.qkv`, `attn.proj`, `norm2`, `mlp.fc1`, `mlp.fc2`.
public struct TransformerBlock: Layer {
  /// Where a block normalises.
  public enum Order: String, Hashable, Sendable, Codable, CaseIterable {
    /// Before attention and before the dense layers.
    case before
    /// After each addition.
    case after
  }

  /// The number of heads; it divides the width.
  public let heads: Int
  /// The width between the two dense layers.
  public let hidden: Int
  /// The function between the two dense layers.
  public let activation: Activation
  /// Where the block normalises.
  public let order: Order
  /// The probability that a sample skips a branch while training.
  public let depthRate: Float
  /// The probability of a zero in what each branch adds, while training.
  public let dropout: Float
  /// Added to variances before the root.
  public let epsilon: Float
  /// Whether queries, keys and values have a bias.
  public let qkvBias: Bool

  /// A block with `heads` heads and `hidden` units on every token.
  public init(
    heads: Int, hidden: Int, activation: Activation = .gelu, order: Order = .before,
    dropout: Float = 0, depthRate: Float = 0, epsilon: Float = 1e-5, qkvBias: Bool = true
  ) {
    (self.heads, self.hidden, self.activation) = (heads, hidden, activation)
    (self.order, self.dropout, self.depthRate) = (order, dropout, depthRate)
    (self.epsilon, self.qkvBias) = (epsilon, qkvBias)
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.tokens(input)
    guard (0..<1).contains(dropout), (0..<1).contains(depthRate) else {
      throw NetworkError(
        "its rates are \(dropout) and \(depthRate); they must be at least 0 and below 1")
    }
    _ = try site.inner("norm1", LayerNorm(epsilon: epsilon), on: input)
    _ = try site.inner("attn", SelfAttention(heads: heads, qkvBias: qkvBias), on: input)
    _ = try site.inner("norm2", LayerNorm(epsilon: epsilon), on: input)
    let mlp = MLP(hidden: hidden, activation: activation)
    return try site.inner("mlp", mlp, on: input)
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    switch order {
    case .before:
      let mixed = try input + kept(context.run("attn", context.run("norm1", input)), context)
      return try mixed + kept(context.run("mlp", context.run("norm2", mixed)), context)
    case .after:
      let sum = try input + kept(context.run("attn", input), context)
      let mixed = try context.run("norm1", sum)
      return try context.run("norm2", mixed + kept(context.run("mlp", mixed), context))
    }
  }

  private func kept(_ branch: Tensor, _ context: LayerContext) throws -> Tensor {
    guard context.isTraining else { return branch }
    let thinned = try branch.dropout(rate: dropout, using: &context.random)
    return try thinned.samplesDropped(rate: depthRate, using: &context.random)
  }

  public var description: String {
    var text = "TransformerBlock(heads: \(heads), hidden: \(hidden)"
    if activation != .gelu { text += ", activation: .\(activation.rawValue)" }
    if order != .before { text += ", order: .after" }
    if dropout != 0 { text += ", dropout: \(dropout)" }
    if depthRate != 0 { text += ", depthRate: \(depthRate)" }
    if epsilon != 1e-5 { text += ", epsilon: \(epsilon)" }
    if !qkvBias { text += ", qkvBias: false" }
    return text + ")"
  }
}

/// Two dense layers on every token with a function between them.
struct MLP: Layer {
  let hidden: Int
  let activation: Activation

  func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    let inner = try site.inner("fc1", Dense(hidden), on: input)
    site.work.activated = inner.count
    return try site.inner("fc2", Dense(input[-1]), on: inner)
  }

  func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try context.run("fc2", context.run("fc1", input).activated(by: activation))
  }

  var description: String { "MLP(hidden: \(hidden), activation: .\(activation.rawValue))" }
}
