import FoundationEssentials
import Tensors

/// An optimizer of any kind as one storable, comparable value.
struct OptimizerChoice: Hashable, Codable, Sendable {
  var base: any Optimizer

  init(_ base: any Optimizer) { self.base = base }

  static func == (one: OptimizerChoice, other: OptimizerChoice) -> Bool {
    AnyHashable(one.base) == AnyHashable(other.base)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(AnyHashable(base)) }

  private enum CodingKeys: CodingKey { case name, settings }

  private static let known: [any Optimizer.Type] = [SGD.self, Adam.self, AdamW.self]

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let name = try container.decode(String.self, forKey: .name)
    guard let type = Self.known.first(where: { "\($0)" == name }) else {
      let rate = try container.decode(Rate.self, forKey: .settings)
      base = RecordedOptimizer(name: name, learningRate: rate.learningRate)
      return
    }
    base = try container.decode(type, forKey: .settings)
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    let recorded = (base as? RecordedOptimizer)?.name
    try container.encode(recorded ?? "\(type(of: base))", forKey: .name)
    try container.encode(base, forKey: .settings)
  }

  private struct Rate: Codable { var learningRate: Double }
}

/// What is known of an optimizer whose type is not: a saved run's, defined in another notebook.
struct RecordedOptimizer: Optimizer {
  var name: String
  var learningRate: Double

  func update(_ parameter: Parameter, by gradient: Tensor, at step: inout Update) throws {
    throw TrainingError(
      """
      The recipe comes from a saved run and names the optimizer "\(name)", whose code is not part \
      of the file: set the recipe's optimizer to one that is defined here.
      """)
  }
}
