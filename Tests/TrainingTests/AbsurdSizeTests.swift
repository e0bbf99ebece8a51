import Networks
import Tensors
import Testing
import Training

/// Numbers of epochs and images that nobody has are errors, and nothing overflows.
@Suite struct AbsurdSizeTests {
  private func says(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
  }

  @Test(arguments: [Int.max, 1_000_000_001, 0, -1, .min]) func epochs(_ epochs: Int) throws {
    let data = try Toy.data(count: 64)
    for regime in Regime.all {
      let total = says { _ = try Toy.network.train(regime, on: data, epochs: epochs) }
      #expect(total.contains("epochs must be at least 1"), "\(total)")
      #expect(total.contains("got \(epochs)"), "\(total)")
      let each = says { _ = try Toy.network.train(regime, on: data, epochsPerPhase: epochs) }
      #expect(each.contains("epochsPerPhase must be at least 1"), "\(each)")
    }
    let phases = says {
      try Regime("own", Phase(.everything, epochs: epochs)).validate()
    }
    #expect(phases.contains("epochs must be at least 1"), "\(phases)")
  }

  @Test(arguments: [Int.max, 0, -1, .min]) func batchSizes(_ size: Int) throws {
    let data = try Toy.data(count: 64)
    let says = says {
      _ = try Toy.network.train(.joint, on: data, epochs: 1, recipe: Recipe(batchSize: size))
    }
    #expect(says.contains("batch size must be at least 1"), "\(says)")
    #expect(says.contains("got \(size)"), "\(says)")
  }

  @Test func aRampOverNoExitsFitsNoNetwork() throws {
    for exits in [0, -1, Int.min] {
      let loss = ExitLoss.ramp(exits: exits)
      #expect(throws: TrainingError.self) { try loss.factors(for: [0], defaults: [1, 1]) }
    }
  }

  @Test func aBatchLargerThanTheDataIsAllOfThem() throws {
    let data = try Toy.data(count: 64)
    var recipe = Toy.recipe
    recipe.batchSize = 1 << 40
    let run = try Toy.network.train(.joint, on: data, epochs: 1, recipe: recipe)
    #expect(run.history.phases[0].steps == 1)
  }
}
