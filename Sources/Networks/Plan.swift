public import Tensors

/// A network after validation: every layer with its shapes, parameters and cost, and every exit.
public struct Plan: Sendable {
  /// A line of the description after planning.
  public enum Step: Sendable {
    /// A layer of the backbone; its name is `layers.` and its number, counted from 0.
    case layer(LayerPlan)
    /// The exit of this index, with its head; named `exits.` and its index.
    case exit(Int, head: LayerPlan)
  }

  /// The description.
  public let network: Network
  /// The lines of the description, in order.
  public let steps: [Step]
  /// The places where samples can leave, in order; the last is the final classifier.
  public let exits: [ExitInfo]
  /// What flows past each exit to the next layer: one shape, or one per scale, the finest first.
  public let exitShapes: [[Shape]]

  /// The multiply-adds of the whole network for one image, all heads included.
  public var multiplyAdds: Int { exits.last?.multiplyAdds ?? 0 }
  /// The multiply-adds of the plain backbone: all layers and the final classifier, no other head.
  ///
  /// The papers' budgets of 25, 50 and 75 % are fractions of this.
  public var backboneMultiplyAdds: Int { exits.last?.lazyMultiplyAdds ?? 0 }
  /// The number of trained values, all heads included.
  public var parameterCount: Int {
    steps.reduce(0) { $0 + $1.plan.parameterCount }
  }
}

extension Plan.Step {
  /// The layer, or the exit's head.
  public var plan: LayerPlan {
    switch self {
    case .layer(let plan): plan
    case .exit(_, let head): head
    }
  }
}

/// What is known about an exit before training.
public struct ExitInfo: Hashable, Sendable, Codable {
  /// The exit's name.
  public let name: String
  /// The exit's number, counted from 0.
  public let index: Int
  /// Multiply-adds spent on a sample that leaves here, when all earlier heads were evaluated too.
  public let multiplyAdds: Int
  /// Multiply-adds spent on a sample that leaves here, when no earlier head is evaluated.
  public let lazyMultiplyAdds: Int
  /// Multiply-adds of the head alone.
  public let headMultiplyAdds: Int
  /// The number of trained values of the head.
  public let headParameters: Int
  /// The shape of the features that the head gets.
  public let shape: Shape
  /// How much the exit's loss counts when several exits are trained together.
  public let weight: Double
  /// Whether this is the final classifier.
  public let isFinal: Bool
}
