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
  /// The learner's state at the end of the last epoch that went well.
  private(set) var good: [String: Tensor] = [:]
  private(set) var pace = Pace([])

  /// Trains every phase, and says how that ended.
  mutating func run() throws -> TrainingOutcome {
    pace = Pace(plans)
    good = learner.state()
    for plan in plans {
      observer?.phaseBegan(outline(of: plan))
      history.phases.append(PhaseRecord(part: "\(plan.part)", plannedEpochs: plan.epochs))
      pace.beginPhase(plan)
      let end = try train(plan)
      history.phases[plan.index].end = end
      history.phases[plan.index].seconds = pace.secondsInPhase
      observer?.phaseEnded(history.phases[plan.index])
      if end == .interrupted { return .interrupted }
    }
    return .completed
  }

  /// Trains one phase: epochs of steps, each followed by validation.
  private mutating func train(_ plan: PhasePlan) throws -> PhaseRecord.End {
    var random = Random(seed: seed).split(UInt64(plan.index))
    let batches = try BatchLoader(
      data.train, batch: recipe.batchSize, augmentation: recipe.augmentation, seed: random.next())
    var optimizer = OptimizerState(
      plan.optimizer, learner.parameters(of: plan.part), clip: recipe.gradientClip)
    var watch = plan.earlyStopping.map { EarlyStopping.Watch($0, exits: plan.exits.count) }
    var best = good
    for epoch in 1...plan.epochs {
      let start = pace.secondsInPhase
      guard let meter = try train(plan, epoch, batches, &optimizer, &random) else {
        return .interrupted
      }
      let accuracies = try learner.accuracies(
        on: data.validation, exits: plan.exits, batchSize: recipe.batchSize, shouldStop: shouldStop)
      good = learner.state()
      record(plan, epoch, meter, accuracies, seconds: pace.secondsInPhase - start)
      history.phases[plan.index].waitingSeconds = batches.secondsWaited
      guard let accuracies, watch != nil else { continue }
      if watch?.improves(accuracies) == true {
        (best, history.phases[plan.index].keptEpoch) = (good, epoch)
      }
      if watch?.isOver == true { break }
    }
    guard watch != nil else { return .completed }
    try learner.restore(best)
    good = best
    return watch?.isOver == true ? .stoppedEarly : .completed
  }

  /// Trains one epoch; nil if it was interrupted.
  private mutating func train(
    _ plan: PhasePlan, _ epoch: Int, _ batches: BatchLoader, _ optimizer: inout OptimizerState,
    _ random: inout Random
  ) throws -> Meter? {
    var meter = Meter(exits: plan.exits.count)
    var step = 0
    while let (images, labels) = batches.next() {
      if shouldStop() { return nil }
      let rate = plan.learningRate(at: (epoch - 1) * plan.stepsPerEpoch + step)
      let tape = Tape()
      let logits = try learner.logits(
        images, exits: plan.exits, training: plan.part, tape: tape, random: &random)
      let losses = try logits.map { try $0.crossEntropy(labels: labels) }
      let values = losses.map { Double($0.scalars[0]) }
      step += 1
      let place = Place(plan: plan, epoch: epoch, step: step, learningRate: rate)
      try check(values, place)
      let gradients = try tape.gradients(of: total(losses, plan.factors))
      try check(norm: optimizer.step(gradients, learningRate: rate), place)
      meter.add(values, logits, labels: labels)
      pace.step(images: labels.count)
      history.phases[plan.index].steps += 1
      observer?.batchEnded(progress(place, values))
    }
    return meter
  }

  /// Σ factor · loss.
  private func total(_ losses: [Tensor], _ factors: [Double]) throws -> Tensor {
    var sum = try losses[0] * Float(factors[0])
    for (loss, factor) in zip(losses, factors).dropFirst() {
      sum = try sum + loss * Float(factor)
    }
    return sum
  }
}
