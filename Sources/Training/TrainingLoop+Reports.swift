import Datasets
import Networks
import Tensors

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

  /// Throws unless everything that was learned is finite; a loss can hide the last step's excess.
  func check(_ state: [String: Tensor], _ plan: PhasePlan, _ epoch: Int) throws(Divergence) {
    let odd = state.keys.sorted().first { name in
      state[name]?.withUnsafeBuffer { !$0.allSatisfy(\.isFinite) } ?? false
    }
    guard let odd else { return }
    let rate = plan.learningRate(at: (epoch + 1) * plan.stepsPerEpoch - 1)
    let place = Place(
      plan: plan, epoch: epoch + 1, step: plan.stepsPerEpoch, learningRate: rate)
    throw divergence("\(odd) holds numbers that are not finite", place)
  }

  private func divergence(_ what: String, _ place: Place) -> Divergence {
    let done = history.epochs.count
    return Divergence(
      message: """
        Training diverged: \(what) at step \(place.step) of epoch \(place.epoch) in phase \
        \(place.plan.index + 1) (\(place.plan.part)), at a learning rate of \
        \(place.learningRate). The model is kept as it was \
        \(done == 0 ? "before training" : "after \(done) epoch\(done == 1 ? "" : "s")"): lower the learning rate, warm \
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
  ///
  /// - Parameters:
  ///   - start: The seconds in the phase at which the epoch began.
  ///   - waited: The seconds for which the phase has waited for batches.
  mutating func record(
    _ plan: PhasePlan, _ epoch: Int, _ meter: Meter, _ accuracies: [Double], start: Double,
    waited: Double
  ) {
    let exits = plan.exits.enumerated().map { place, exit in
      ExitRecord(
        exit: exit, name: learner.exitNames[exit], loss: meter.meanLosses[place],
        trainingAccuracy: meter.accuracies[place],
        validationAccuracy: accuracies.isEmpty ? nil : accuracies[place])
    }
    let record = EpochRecord(
      phase: plan.index, epoch: epoch,
      learningRate: plan.learningRate(at: epoch * plan.stepsPerEpoch - 1),
      seconds: pace.secondsInPhase - start, exits: exits)
    history.epochs.append(record)
    history.phases[plan.index].epochs = epoch
    history.phases[plan.index].seconds += record.seconds
    history.phases[plan.index].waitingSeconds = waited
    observer?.epochEnded(record, of: history)
  }
}
