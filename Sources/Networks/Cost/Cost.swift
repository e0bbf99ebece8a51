public import Tensors

/// The cost of a network for one sample, itemised.
///
/// The itemised counts add up to the totals exactly; everything is an integer.
public struct Cost: Hashable, Sendable {
  /// One layer with work or parameters of its own.
  public struct Item: Hashable, Sendable {
    /// The dotted name, such as `layers.3.conv1`; parameters and checkpoints use the same.
    public let name: String
    /// The kind of the layer, such as `Conv`.
    public let kind: String
    /// The shape that comes out, without the batch axis.
    public let output: Shape
    /// The number of trained values.
    public let parameters: Int
    /// The operations for one sample, in the convention of the cost.
    public let operations: Int
    /// The exit whose head the layer belongs to; `nil` in the backbone.
    public let exit: Int?
  }

  /// The way of counting.
  public let convention: CostConvention
  /// Every layer that computes or learns something, in the order of the forward pass.
  public let items: [Item]
  /// The cost of leaving at each exit when the earlier heads were evaluated too.
  public let exits: [Int]
  /// The cost of leaving at each exit when only its own head is evaluated.
  public let lazyExits: [Int]
  /// The cost of the plain backbone: every layer and the final classifier, no other head.
  public let backbone: Int

  /// The whole network with all heads.
  public var total: Int { exits.last ?? 0 }
  /// The number of trained values, all heads included.
  public var parameters: Int { items.reduce(0) { $0 + $1.parameters } }
}
