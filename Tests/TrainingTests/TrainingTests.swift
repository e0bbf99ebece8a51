import Datasets
import Networks
import Tensors
import Testing
import Training

@Suite(.serialized) struct TrainingTests {
  @Test(arguments: Regime.all) func everyRegimeLearns(regime: Regime) throws {
    let run = try Toy.network.train(
      regime, on: Toy.data(), epochs: 6, seed: 3, recipe: Toy.recipe)
    let accuracies = try #require(run.validationAccuracies)
    #expect(accuracies.count == 3)
    #expect(accuracies.allSatisfy { $0 > 0.8 }, "\(accuracies)")
    #expect(run.history.epochs.count == 6)
    #expect(run.outcome == .completed)
    #expect(run.history.phases.map(\.part) == regime.phases.map { "\($0.part)" })
  }

  @Test func theSameSeedGivesTheSameBits() throws {
    let data = try Toy.data(count: 320)
    let runs = try [5, 5, 6].map { seed in
      try Toy.network.train(.mixed, on: data, epochs: 2, seed: seed, recipe: Toy.recipe)
    }
    #expect(runs[0].model.state() == runs[1].model.state())
    #expect(runs[0].history.epochs.map(\.exits) == runs[1].history.epochs.map(\.exits))
    #expect(runs[0].model.state() != runs[2].model.state())
  }

  @Test func exitsLeaveTheBackboneBitIdentical() throws {
    let data = try Toy.data(count: 320)
    let backbone = try Toy.network.train(
      Regime("backbone", Phase(.backbone)), on: data, epochs: 2, seed: 1, recipe: Toy.recipe)
    let images = data.test.batch(Array(0..<32))
    let before = try backbone.model.logits(images)
    let disjoint = try Toy.network.train(
      Regime("exits", Phase(.exits)), on: data, epochs: 2, seed: 1, recipe: Toy.recipe,
      startingFrom: backbone)
    let after = try disjoint.model.logits(images)
    #expect(after[2] == before[2])
    #expect(after[0] != before[0])
    #expect(after[1] != before[1])
    for (one, other) in zip(backbone.model.statistics, disjoint.model.statistics) {
      #expect(one.1.mean == other.1.mean)
      #expect(one.1.variance == other.1.variance)
    }
  }

  @Test func theBackbonePhaseLeavesTheHeadsFresh() throws {
    let run = try Toy.network.train(
      Regime("backbone", Phase(.backbone)), on: Toy.data(count: 320), epochs: 1, seed: 9,
      recipe: Toy.recipe)
    let fresh = try Model(Toy.network, seed: 9)
    for exit in 0..<2 {
      let pairs = zip(run.model.headParameters(exit), fresh.headParameters(exit))
      #expect(pairs.allSatisfy { $0.value == $1.value })
    }
    #expect(run.model.headParameters(2)[0].value != fresh.headParameters(2)[0].value)
  }

  @Test func theSecondPhaseStartsFromTheFirst() throws {
    let data = try Toy.data(count: 320)
    let whole = try Toy.network.train(.mixed, on: data, epochs: 4, seed: 2, recipe: Toy.recipe)
    let first = try Toy.network.train(
      Regime("backbone", Phase(.backbone)), on: data, epochs: 2, seed: 2, recipe: Toy.recipe)
    let second = try Toy.network.train(
      .joint, on: data, epochs: 2, seed: 2, recipe: Toy.recipe, startingFrom: first)
    #expect(second.model.state() == whole.model.state())
    #expect(second.history.epochs.map(\.exits) == whole.history.epochs.map(\.exits))
    #expect(first.history.epochs.count == 2, "the run to start from is left alone")
  }

  @Test func disjointAndMixedShareTheirBackbone() throws {
    let data = try Toy.data(count: 320)
    let runs = try [Regime.disjoint, .mixed].map {
      try Toy.network.train($0, on: data, epochs: 4, seed: 2, recipe: Toy.recipe)
    }
    #expect(
      runs[0].history.epochs(ofPhase: 0).map(\.exits)
        == runs[1].history.epochs(ofPhase: 0).map(\.exits))
  }

  @Test func theHistorySaysWhichExitsLearned() throws {
    let run = try Toy.network.train(
      .disjoint, on: Toy.data(count: 320), epochs: 3, recipe: Toy.recipe)
    #expect(run.history.epochs.map { $0.exits.map(\.exit) } == [[2], [2], [0, 1]])
    #expect(run.history.epochs.map(\.epoch) == [1, 2, 1])
    #expect(run.history.course(ofExit: 2, \.loss).map(\.epoch) == [1, 2])
    #expect(run.history.course(ofExit: 0, \.validationAccuracy).map(\.epoch) == [3])
    #expect(run.history.phases.map(\.steps) == [14, 7])
  }

  @Test func adamLearnsToo() throws {
    let recipe = Recipe(optimizer: AdamW(learningRate: 0.01), batchSize: 32)
    let run = try Toy.network.train(.joint, on: Toy.data(), epochs: 4, recipe: recipe)
    #expect((run.validationAccuracies ?? []).allSatisfy { $0 > 0.8 })
  }
}
