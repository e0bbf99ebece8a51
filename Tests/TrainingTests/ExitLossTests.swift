import Testing
import Training

@Suite struct ExitLossTests {
  @Test func meanDividesByTheExitsThatLearn() throws {
    #expect(
      try ExitLoss.mean.factors(for: [0, 1, 2, 3], defaults: [1, 1, 2, 4]) == [0.25, 0.25, 0.5, 1])
    #expect(try ExitLoss.mean.factors(for: [0, 1], defaults: [1, 2, 4]) == [0.5, 1])
    #expect(try ExitLoss.sum.factors(for: [0, 1], defaults: [1, 2, 4]) == [1, 2])
  }

  @Test func aSingleExitHasWeightOne() throws {
    #expect(try ExitLoss.mean.factors(for: [2], defaults: [1, 1, 3]) == [1])
    #expect(try ExitLoss.sum.factors(for: [2], defaults: [1, 1, 3]) == [1])
  }

  @Test func weightsOfTheRecipeWin() throws {
    let loss = ExitLoss(.sum, weights: [0, 3])
    #expect(try loss.factors(for: [0, 1], defaults: [1, 1]) == [0, 3])
  }

  @Test func aRampHasMeanOne() {
    let weights = ExitLoss.ramp(exits: 5).weights ?? []
    #expect(abs(weights.reduce(0, +) / 5 - 1) < 1e-12)
    #expect(weights.first == 0.6)
    #expect(abs((weights.last ?? 0) - 1.4) < 1e-12)
  }

  @Test func mistakesGetASentence() {
    #expect(throws: TrainingError("The loss has 2 weights, but the network has 3 exits.")) {
      try ExitLoss(.mean, weights: [1, 1]).factors(for: [0], defaults: [1, 1, 1])
    }
    #expect(throws: TrainingError.self) {
      try ExitLoss(.mean, weights: [1, -1]).factors(for: [0, 1], defaults: [1, 1])
    }
    #expect(throws: TrainingError.self) {
      try ExitLoss(.mean, weights: [0, 0, 1]).factors(for: [0, 1], defaults: [1, 1, 1])
    }
  }
}
