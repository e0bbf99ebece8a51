import Datasets
import FoundationEssentials
import Networks
import Synchronization
import Tensors
import Testing
import Training

@Suite(.serialized) struct ResumptionTests {
  /// Trains until `shouldStop` has been asked `count` times.
  private func interrupted(
    after count: Int, _ regime: Regime, on data: Dataset, recipe: Recipe
  ) throws -> Run {
    try stopping(after: count) {
      try Toy.network.train(regime, on: data, epochs: 4, seed: 3, recipe: recipe)
    }
  }

  private func stopping(after count: Int, _ body: () throws -> Run) rethrows -> Run {
    let asked = Mutex(0)
    return try Trainer.with(
      shouldStop: {
        asked.withLock {
          $0 += 1
          return $0 > count
        }
      }, body)
  }

  /// Stored and read again.
  private func stored(_ run: Run) throws -> Run {
    let path = FileManager.default.temporaryDirectory
      .appending(path: "resume-\(UUID()).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try run.save(to: path)
    let back = try Run(contentsOf: path)
    #expect(back.record == run.record)
    #expect(back.model.state() == run.model.state())
    return back
  }

  private func recipe(stopsEarly: Bool, averages: Bool = false) -> Recipe {
    Recipe(
      optimizer: AdamW(learningRate: 0.01), batchSize: 64, augmentation: .crop(padding: 1),
      earlyStopping: stopsEarly ? EarlyStopping(patience: 3) : nil,
      averaging: averages ? WeightAveraging(decay: 0.8) : nil)
  }

  // Four steps and one look at validation make an epoch, two epochs a phase: interrupted at the
  // first step, at validation, at the second epoch, in the middle of it, and in the second phase.
  @Test(arguments: [0, 4, 5, 8, 13], [(false, false), (true, false), (false, true), (true, true)])
  func aResumedTrainingIsThatWithoutInterruption(count: Int, kind: (Bool, Bool)) throws {
    let data = try Toy.data(count: 320)
    let recipe = recipe(stopsEarly: kind.0, averages: kind.1)
    let whole = try Toy.network.train(.mixed, on: data, epochs: 4, seed: 3, recipe: recipe)
    let part = try interrupted(after: count, .mixed, on: data, recipe: recipe)
    #expect(part.isInterrupted)
    for run in [part, try stored(part)] {
      let resumed = try run.resumed(on: data)
      #expect(resumed.outcome == .completed)
      #expect(resumed.model.state() == whole.model.state())
      #expect(resumed.validationAccuracies == whole.validationAccuracies)
      #expect(resumed.history.epochs.map(\.exits) == whole.history.epochs.map(\.exits))
      #expect(resumed.history.phases.map(\.steps) == whole.history.phases.map(\.steps))
      #expect(resumed.history.phases.map(\.keptEpoch) == whole.history.phases.map(\.keptEpoch))
      #expect(resumed.record.seconds > part.record.seconds)
    }
  }

  @Test func aTrainingCanBeInterruptedAgainAndAgain() throws {
    let (data, recipe) = (try Toy.data(count: 320), recipe(stopsEarly: false))
    let whole = try Toy.network.train(.disjoint, on: data, epochs: 4, seed: 3, recipe: recipe)
    var run = try interrupted(after: 3, .disjoint, on: data, recipe: recipe)
    for count in [7, 9, 100] {
      run = try stopping(after: count) { [run] in try run.resumed() }
    }
    #expect(run.outcome == .completed)
    #expect(run.model.state() == whole.model.state())
  }

  @Test func onlyWhatWasInterruptedCanBeResumedAndOnlyOnItsData() throws {
    let (data, recipe) = (try Toy.data(count: 320), recipe(stopsEarly: false))
    let done = try Toy.network.train(.joint, on: data, epochs: 1, recipe: recipe)
    let first = #expect(throws: TrainingError.self) { try done.resumed(on: data) }
    #expect(first?.message.contains("and this one is completed") == true)
    let part = try interrupted(after: 3, .joint, on: data, recipe: recipe)
    let second = #expect(throws: TrainingError.self) {
      try part.resumed(on: Toy.data(count: 320, seed: 2))
    }
    #expect(second?.message.contains("only on the same splits") == true)
    let third = #expect(throws: TrainingError.self) { try stored(part).resumed() }
    #expect(third?.message.contains("holds no images") == true)
  }
}
