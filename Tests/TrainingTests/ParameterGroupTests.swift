import Datasets
import FoundationEssentials
import Networks
import Tensors
import Testing
import Training

@Suite struct ParameterGroupTests {
  private static let sgd = SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 0.01)

  /// Leaves what it is given as it is.
  struct Frozen: Optimizer {
    var learningRate = 0.05
    func update(_ parameter: Parameter, by gradient: Tensor, at step: inout Update) {}
  }

  private func train(_ groups: [ParameterGroup]) throws -> Model {
    let recipe = Recipe(optimizer: Self.sgd, batchSize: 64, groups: groups)
    return try Toy.network.train(.joint, on: Toy.data(count: 320), epochs: 1, recipe: recipe).model
  }

  @Test func aGroupFollowsItsOwnOptimizer() throws {
    let before = try Model(Toy.network, seed: 0)
    let after = try train([ParameterGroup(.vectors, optimizer: Frozen())])
    for (old, new) in zip(before.parameters, after.parameters) {
      let stands = old.value == new.value
      #expect(stands == (old.value.shape.rank <= 1), "\(old.name)")
    }
  }

  @Test func aGroupOfAllWithTheSameOptimizerChangesNothing() throws {
    let all = try train([ParameterGroup(.named("*"), optimizer: Self.sgd)])
    #expect(try train([]).state() == all.state())
  }

  @Test func theScheduleScalesAGroupsRate() throws {
    var slow = Self.sgd
    slow.learningRate = 0.005
    var rates: Set<Double> = []
    for group in [Self.sgd, slow] {
      let model = try train([ParameterGroup(.named("*"), optimizer: group)])
      let start = try Model(Toy.network, seed: 0)
      let moved = zip(start.parameters, model.parameters).map { old, new in
        zip(old.value.scalars, new.value.scalars).reduce(0) { $0 + abs(Double($1.0 - $1.1)) }
      }
      rates.insert(moved.reduce(0, +))
    }
    let (small, large) = (try #require(rates.min()), try #require(rates.max()))
    #expect(small < 0.3 * large && small > 0)
  }

  @Test(arguments: [
    ("*", true), ("*.weight", true), ("conv*", true), ("c*v.w*t", true), ("conv.weight", true),
    ("*.bias", false), ("conv", false), ("", false), ("weight", false),
  ]) func namesMatch(_ pattern: String, _ expected: Bool) {
    let parameter = Parameter(.zeros([2, 2]), name: "conv.weight")
    #expect(ParameterGroup(.named(pattern), optimizer: SGD()).contains(parameter) == expected)
  }

  @Test func groupsAndAveragesSurviveStorageAndOlderRecipesAreRead() throws {
    let recipe = Recipe(
      groups: [ParameterGroup(.vectors, optimizer: AdamW(learningRate: 0.01))],
      averaging: WeightAveraging())
    let back = try JSONDecoder().decode(Recipe.self, from: JSONEncoder().encode(recipe))
    #expect(back == recipe)
    let plain = String(decoding: try JSONEncoder().encode(Recipe.default), as: UTF8.self)
    #expect(!plain.contains("roups") && !plain.contains("averaging"))
  }
}
