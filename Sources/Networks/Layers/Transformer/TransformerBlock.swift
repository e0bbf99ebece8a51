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
      let mixed = try added("attn", to: input, context.run("norm1", input), context)
      return try added("mlp", to: mixed, context.run("norm2", mixed), context)
    case .after:
      let mixed = try context.run("norm1", added("attn", to: input, input, context))
      return try context.run("norm2", added("mlp", to: mixed, mixed, context))
    }
  }

  /// What ``forward(_:_:)`` gives for one token: tokens × width in, width out.
  ///
  /// Every token is a key and a value; one is a query, and only it goes through the dense layers.
  func forward(_ input: Tensor, _ context: LayerContext, only token: Int) throws -> Tensor {
    let own = try input.selected(token, axis: 1)
    let attention = SelfAttention(heads: heads)
    func attended(_ values: Tensor) throws -> Tensor {
      let inner = try context.inner("attn")
      if isPlain(context) {
        return try attention.forward(values, inner, only: token, adding: own)
      }
      return try own + kept(attention.forward(values, inner, only: token), context)
    }
    switch order {
    case .before:
      let mixed = try attended(context.run("norm1", input))
      return try added("mlp", to: mixed, context.run("norm2", mixed), context)
    case .after:
      let mixed = try context.run("norm1", attended(input))
      return try context.run("norm2", added("mlp", to: mixed, mixed, context))
    }
  }

  /// input + branch(values); the addition is part of the branch unless something is dropped from it.
  private func added(
    _ branch: String, to input: Tensor, _ values: Tensor, _ context: LayerContext
  ) throws -> Tensor {
    if isPlain(context) { return try context.run(branch, values, adding: input) }
    return try input + kept(context.run(branch, values), context)
  }

  /// Whether nothing is dropped from what the branches add.
  private func isPlain(_ context: LayerContext) -> Bool {
    !context.isTraining || (dropout == 0 && depthRate == 0)
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
    try forward(input, context, adding: nil)
  }

  /// The layers, and what is added to their output in the last pass over memory.
  func forward(_ input: Tensor, _ context: LayerContext, adding addend: Tensor?) throws -> Tensor {
    let (first, second) = (try context.inner("fc1"), try context.inner("fc2"))
    return try input.twoLayers(
      (first.parameter("weight"), first.parameter("bias")), activation,
      (second.parameter("weight"), second.parameter("bias")), adding: addend)
  }

  var description: String { "MLP(hidden: \(hidden), activation: .\(activation.rawValue))" }
}
