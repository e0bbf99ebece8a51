import Networks
import Synchronization
import Tensors
import Testing
import Training

@Suite(.serialized) struct InterruptionTests {
  /// Keeps what it is told.
  private final class Witness: TrainingObserver {
    var events: [String] = []
    var batches: [BatchProgress] = []
    func trainingBegan(_ training: TrainingOutline) { events.append("began \(training.regime)") }
    func phaseBegan(_ phase: PhaseOutline) { events.append("phase \(phase.part)") }
    func batchEnded(_ progress: BatchProgress) { batches.append(progress) }
    func epochEnded(_ epoch: EpochRecord, of history: History) {
      events.append("epoch \(history.epochs.count)")
    }
    func phaseEnded(_ phase: PhaseRecord) { events.append("\(phase.end)") }
    func trainingEnded(_ run: Run) { events.append("ended \(run.outcome)") }
    func trainingFailed(_ error: any Error) { events.append("failed") }
  }

  private func observed<Result>(
    _ witness: Witness, stop: @escaping @Sendable () -> Bool = { false },
    _ body: () throws -> Result
  ) rethrows -> Result {
    try Trainer.with(observer: witness, shouldStop: stop, body)
  }

  @Test func anObserverHearsEverythingInOrder() throws {
    let (witness, data) = (Witness(), try Toy.data(count: 320))
    _ = try observed(witness) {
      try Toy.network.train(.disjoint, on: data, epochs: 3, recipe: Toy.recipe)
    }
    #expect(
      witness.events == [
        "began disjoint", "phase backbone", "epoch 1", "epoch 2", "completed", "phase exits",
        "epoch 3", "completed", "ended completed",
      ])
    #expect(witness.batches.count == 21)
    #expect(
      witness.batches.map(\.step) == [
        1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 6, 7,
      ])
    #expect(witness.batches.last?.fractionDone == 1)
    #expect(witness.batches.last?.secondsLeft == 0)
    #expect(
      witness.batches.allSatisfy { $0.imagesPerSecond > 0 && $0.losses.count == $0.exits.count })
    let done = witness.batches.map(\.fractionDone)
    #expect(zip(done, done.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test func anInterruptEndsTrainingAtTheNextStep() throws {
    let (witness, data) = (Witness(), try Toy.data(count: 320))
    let asked = Mutex(0)
    let run = try observed(
      witness,
      stop: {
        asked.withLock {
          $0 += 1; return $0 > 10
        }
      }
    ) {
      try Toy.network.train(.joint, on: data, epochs: 5, recipe: Toy.recipe)
    }
    #expect(run.isInterrupted)
    #expect(run.history.phases.map(\.end) == [.interrupted])
    #expect(run.history.phases[0].steps == witness.batches.count)
    #expect(witness.batches.count < 11)
    #expect(run.validationAccuracies == nil)
    #expect(witness.events.last == "ended interrupted")
    let fresh = try Model(Toy.network, seed: 0)
    #expect(run.model.state() != fresh.state(), "the model keeps what it learned")
    let further = try Toy.network.train(
      .joint, on: data, epochs: 1, recipe: Toy.recipe, startingFrom: run)
    #expect(further.history.phases.count == 2)
  }

  @Test func aDivergenceKeepsTheLastGoodModel() throws {
    let data = try Toy.data(count: 320)
    let recipe = Recipe(
      optimizer: SGD(learningRate: 1e30), schedule: .constant, batchSize: 32, gradientClip: nil)
    let witness = Witness()
    let failure = #expect(throws: TrainingDiverged.self) {
      try observed(witness) {
        try Toy.network.train(.joint, on: data, epochs: 2, seed: 4, recipe: recipe)
      }
    }
    let error = try #require(failure)
    #expect(error.message.hasPrefix("Training diverged: the loss of the exit \""))
    #expect(
      error.message.contains("of epoch 1 in phase 1 (everything), at a learning rate of 1e+30"))
    #expect(error.run.outcome == .diverged)
    #expect(error.run.history.phases.map(\.end) == [.diverged])
    #expect(error.run.model.state() == (try Model(Toy.network, seed: 4)).state())
    #expect(witness.events.last == "failed")
  }

  @Test func aDivergenceInTheLastStepIsSeenToo() throws {
    let data = try Toy.data(count: 64)
    let recipe = Recipe(
      optimizer: SGD(learningRate: 1e300), schedule: .constant, batchSize: 64, gradientClip: nil)
    let failure = #expect(throws: TrainingDiverged.self) {
      try Toy.network.train(.joint, on: data, epochs: 1, recipe: recipe)
    }
    let error = try #require(failure)
    #expect(error.message.contains("holds numbers that are not finite at step 1 of epoch 1"))
    #expect(error.run.model.state() == (try Model(Toy.network, seed: 0)).state())
  }

  @Test func earlyStoppingKeepsTheBestModel() throws {
    var recipe = Toy.recipe
    recipe.earlyStopping = EarlyStopping(patience: 2)
    let data = try Toy.data(count: 320)
    let run = try Toy.network.train(.joint, on: data, epochsPerPhase: 60, recipe: recipe)
    let phase = run.history.phases[0]
    #expect(phase.end == .stoppedEarly)
    #expect(phase.epochs < 60)
    let kept = try #require(phase.keptEpoch)
    #expect(kept == phase.epochs - 2)
    let expected = run.history.epochs[kept - 1].exits.map(\.validationAccuracy)
    #expect(run.validationAccuracies == expected.compactMap { $0 })
  }
}
