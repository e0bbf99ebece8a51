import Datasets
import Networks

extension TrainingLoop {
  /// Where the loop stands, for messages and progress.
  struct Place {
    let plan: PhasePlan
    let epoch: Int
    let step: Int
    let learningRate: Double
  }

  /// Why the loop cannot go on.
  struct Divergence: Error { let message: String }

  /// Throws unless every exit's loss is a finite number.
  func check(_ losses: [Double], _ place: Place) throws(Divergence) {
    guard let odd = losses.firstIndex(where: { !$0.isFinite }) else { return }
    let exit = learner.exitNames[place.plan.exits[odd]]
    throw divergence("the loss of the exit \"\(exit)\" is \(losses[odd])", place)
  }

  /// Throws unless the norm of the gradients, if it was taken, is a finite number.
  func check(norm: Double?, _ place: Place) throws(Divergence) {
    guard let norm, !norm.isFinite else { return }
    throw divergence("the norm of the gradients is \(norm)", place)
  }

  private func divergence(_ what: String, _ place: Place) -> Divergence {
    let done = history.epochs.count
    return Divergence(
      message: """
        Training diverged: \(what) at step \(place.step) of epoch \(place.epoch) in phase \
        \(place.plan.index + 1) (\(place.plan.part)), at a learning rate of \
        \(place.learningRate). The model is kept as it was \
        \(done == 0 ? "before training" : "after \(done) epochs"): lower the learning rate, warm \
        up for longer or clip the gradients.
        """)
  }

  func outline(regime: Regime, network: Network) -> TrainingOutline {
    TrainingOutline(
      regime: regime.name, network: network.name ?? "network", data: data.name, seed: seed,
      exits: learner.exitNames, phases: plans.map(outline(of:)))
  }

  func outline(of plan: PhasePlan) -> PhaseOutline {
    PhaseOutline(
      index: plan.index, count: (plans.last?.index ?? 0) + 1, part: "\(plan.part)",
      exits: plan.exits, epochs: plan.epochs, stepsPerEpoch: plan.stepsPerEpoch)
  }

  func progress(_ place: Place, _ losses: [Double]) -> BatchProgress {
    BatchProgress(
      phase: place.plan.index, epoch: place.epoch, step: place.step,
      stepsPerEpoch: place.plan.stepsPerEpoch, exits: place.plan.exits, losses: losses,
      learningRate: place.learningRate, imagesPerSecond: pace.imagesPerSecond,
      fractionDone: pace.fractionDone, secondsLeft: pace.secondsLeft)
  }

  /// Adds an epoch to the history and tells the observer.
  mutating func record(
    _ plan: PhasePlan, _ epoch: Int, _ meter: Meter, _ accuracies: [Double]?, seconds: Double
  ) {
    let exits = plan.exits.enumerated().map { place, exit in
      ExitRecord(
        exit: exit, name: learner.exitNames[exit], loss: meter.meanLosses[place],
        trainingAccuracy: meter.accuracies[place], validationAccuracy: accuracies?[place])
    }
    let record = EpochRecord(
      phase: plan.index, epoch: epoch,
      learningRate: plan.learningRate(at: epoch * plan.stepsPerEpoch - 1), seconds: seconds,
      exits: exits)
    history.epochs.append(record)
    history.phases[plan.index].epochs = epoch
    observer?.epochEnded(record, of: history)
  }
}
