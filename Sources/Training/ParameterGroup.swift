public import Tensors

/// Parameters that are trained by an optimizer of their own.
///
/// ```swift
/// // No weight decay on biases and normalisation, a tenth of the rate on the stem.
/// let sgd = SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4)
/// var free = sgd, slow = sgd
/// free.weightDecay = 0
/// slow.learningRate = 0.01
/// let recipe = Recipe(
///   optimizer: sgd,
///   groups: [ParameterGroup(.vectors, optimizer: free), ParameterGroup(.named("0.*"), optimizer: slow)])
/// ```
/// A parameter belongs to the first group that it fits; those that fit none follow the recipe's own
/// optimizer. The schedule and the phases' factors scale every group's rate alike.
public struct ParameterGroup: Hashable, Codable, Sendable {
  /// Which parameters belong to a group.
  public enum Members: Hashable, Codable, Sendable {
    /// Biases, and the scales and shifts of normalisations: whatever has a single axis.
    case vectors
    /// Those with a name like this; `*` stands for any text.
    case named(String)
  }

  /// Which parameters belong to it.
  public var members: Members
  private var choice: OptimizerChoice

  /// What trains them; its learning rate is the group's peak rate.
  public var optimizer: any Optimizer {
    get { choice.base }
    set { choice = OptimizerChoice(newValue) }
  }

  /// A group of parameters.
  public init(_ members: Members, optimizer: any Optimizer) {
    self.members = members
    choice = OptimizerChoice(optimizer)
  }

  /// Whether a parameter belongs to the group.
  public func contains(_ parameter: Parameter) -> Bool {
    switch members {
    case .vectors: parameter.value.shape.rank <= 1
    case .named(let pattern): Self.matches(Array(parameter.name)[...], Array(pattern)[...])
    }
  }

  private static func matches(
    _ name: ArraySlice<Character>, _ pattern: ArraySlice<Character>
  ) -> Bool {
    guard let first = pattern.first else { return name.isEmpty }
    let rest = pattern.dropFirst()
    if first == "*" {
      return (name.startIndex...name.endIndex).contains { matches(name[$0...], rest) }
    }
    return name.first == first && matches(name.dropFirst(), rest)
  }
}

extension ParameterGroup: CustomStringConvertible {
  public var description: String {
    switch members {
    case .vectors: "vectors: \(optimizer)"
    case .named(let pattern): "\(pattern): \(optimizer)"
    }
  }
}
