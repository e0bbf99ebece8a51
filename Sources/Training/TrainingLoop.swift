import Datasets
import Networks
import Tensors

/// The training loop: phases, epochs, steps, and nothing else.
struct TrainingLoop {
  let learner: any Learner
  let data: Dataset
  let plans: [PhasePlan]
  let recipe: Recipe
  let seed: UInt64
  let observer: (any TrainingObserver)?
  let shouldStop: () -> Bool
  /// What has happened, earlier phases of the same model included.
  var history: History
  /// The end of the last epoch that went well; nil before the first phase.
  var mark: Bookmark?
  private(set) var pace = Pace([])

  /// Trains every phase, from the mark on if there is one, and says how that ended.
  mutating func run() throws -> TrainingOutcome {
    pace = Pace(plans)
    for (place, plan) in plans.enumerated().dropFirst(mark?.phase ?? 0) {
      observer?.phaseBegan(outline(of: plan))
      var mark = beginning(of: plan, place)
      let end = try train(plan, &mark)
      history.phases[plan.index].end = end
      observer?.phaseEnded(history.phases[plan.index])
      if end == .interrupted { return .interrupted }
      self.mark = nil
    }
    return .completed
  }

  /// Trains one phase: epochs of steps, each followed by validation.
  private mutating func train(_ plan: PhasePlan, _ mark: inout Bookmark) throws -> PhaseRecord.End {
    var seeds = Bookmark.random(of: plan, seed: seed)
    let batches = try BatchLoader(
      data.train, batch: recipe.batchSize, augmentation: recipe.augmentation, seed: seeds.next(),
      firstEpoch: mark.epoch)
    var optimizer = OptimizerState(
      plan.optimizer, learner.parameters(of: plan.part), recipe: recipe, memory: mark.memory)
    var average = recipe.averaging.map { WeightAverage($0, of: mark.average ?? learner.state()) }
    for epoch in mark.epoch..<max(mark.epoch, plan.epochs) {
      let start = pace.secondsInPhase
      guard
        let meter = try train(plan, epoch, batches, &optimizer, &average, &mark.random)
      else { return .interrupted }
      try check(learner.state(), plan, epoch)
      let trained = learner.state()
      if let average { try learner.restore(average.state) }
      guard let accuracies = try validate(plan) else {
        try learner.restore(trained)
        return .interrupted
      }
      if mark.watch?.improves(accuracies) == true {
        mark.best = learner.state()
        history.phases[plan.index].keptEpoch = epoch + 1
      }
      record(plan, epoch + 1, meter, accuracies, start: start, waited: batches.secondsWaited)
      if average != nil { try learner.restore(trained) }
      (mark.epoch, mark.state, mark.average) = (epoch + 1, trained, average?.state)
      (mark.memory, mark.history) = (optimizer.memory, history)
      self.mark = mark
      if mark.watch?.isOver == true { break }
    }
    if mark.watch != nil {
      try learner.restore(mark.best)
    } else if let average {
      try learner.restore(average.state)
    }
    return mark.watch?.isOver == true ? .stoppedEarly : .completed
  }

  /// Trains one epoch; nil if it was interrupted.
  private mutating func train(
    _ plan: PhasePlan, _ epoch: Int, _ batches: BatchLoader, _ optimizer: inout OptimizerState,
    _ average: inout WeightAverage?, _ random: inout Random
  ) throws -> Meter? {
    var meter = Meter(exits: plan.exits.count)
    var step = 0
    while let (images, labels) = batches.next() {
      if shouldStop() { return nil }
      let rate = plan.learningRate(at: epoch * plan.stepsPerEpoch + step)
      let tape = Tape()
      let logits = try Tensors.withPrecision(recipe.precision) {
        try learner.logits(
          images, exits: plan.exits, training: plan.part, tape: tape, random: &random)
      }
      let losses = try logits.map { try $0.crossEntropy(labels: labels) }
      let values = losses.map { Double($0.scalars[0]) }
      step += 1
      let place = Place(plan: plan, epoch: epoch + 1, step: step, learningRate: rate)
      try check(values, place)
      let gradients = try tape.gradients(of: ExitLoss.total(losses, plan.factors))
      try check(norm: optimizer.step(gradients, learningRate: rate), place)
      average?.add(learner.state(), step: optimizer.memory.steps)
      meter.add(values, logits, labels: labels)
      pace.step(images: labels.count)
      history.phases[plan.index].steps += 1
      observer?.batchEnded(progress(place, values))
    }
    return meter
  }

  /// The accuracy of each trained exit on the validation split, none if it is empty; nil if the
  /// training was interrupted on the way.
  private func validate(_ plan: PhasePlan) throws -> [Double]? {
    if data.validation.count == 0 { return [] }
    return try learner.accuracies(
      on: data.validation, exits: plan.exits, batchSize: recipe.batchSize,
      precision: recipe.precision, shouldStop: shouldStop)
  }

  /// Where a phase begins: at the mark if that lies in it, otherwise with what the learner is now.
  private mutating func beginning(of plan: PhasePlan, _ place: Int) -> Bookmark {
    if let mark {
      pace.beginPhase(plan, done: mark.epoch)
      return mark
    }
    pace.beginPhase(plan, done: 0)
    history.phases.append(PhaseRecord(part: "\(plan.part)", plannedEpochs: plan.epochs))
    let mark = Bookmark(
      phase: place, plan: plan, state: learner.state(), seed: seed, history: history)
    self.mark = mark
    return mark
  }
}
