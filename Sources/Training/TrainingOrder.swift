import Datasets
import Networks
import Tensors

/// What was asked for, on its way to a run: checked, then trained.
struct TrainingOrder {
  let network: Network
  let data: Dataset
  let regime: Regime
  let epochs: EpochBudget
  let seed: UInt64
  let recipe: Recipe
  /// What happened to the model before.
  var history = History()
  /// The numbers to start from, if not those drawn from the seed.
  var state: [String: Tensor]?
  /// Where to go on in the regime, if not at its beginning.
  var bookmark: Bookmark?
  /// The seconds that the same training has taken already.
  var secondsBefore = 0.0
  private let observer = Trainer.observer
  private let shouldStop = Trainer.shouldStop

  func run() throws -> Run {
    let model = try Model(network, seed: seed)
    if let state { try model.load(state) }
    var loop = try loop(for: model)
    observer?.trainingBegan(loop.outline(regime: regime, network: network))
    do {
      let outcome = try loop.run()
      let run = try finish(loop, model, outcome)
      observer?.trainingEnded(run)
      return run
    } catch let divergence as TrainingLoop.Divergence {
      if let mark = loop.mark { try model.load(mark.state) }
      loop.history.phases[loop.history.phases.count - 1].end = .diverged
      let run = try finish(loop, model, .diverged)
      let failure = TrainingDiverged(message: divergence.message, run: run)
      observer?.trainingFailed(failure)
      throw failure
    } catch {
      observer?.trainingFailed(error)
      throw error
    }
  }

  /// The loop, once everything is known to fit.
  private func loop(for model: Model) throws -> TrainingLoop {
    let stops = recipe.earlyStopping != nil || regime.phases.contains { $0.earlyStopping != nil }
    let earlier = history.phases.count - (bookmark.map { $0.phase + 1 } ?? 0)
    let plans = try PhasePlan.plans(
      for: regime, epochs: epochs, recipe: recipe, learner: model,
      weights: model.plan.exits.map(\.weight), data: data, earlier: earlier)
    try TrainingCheck(network: network, data: data).run(needsValidation: stops)
    return TrainingLoop(
      learner: model, data: data, plans: plans, recipe: recipe, seed: seed, observer: observer,
      shouldStop: shouldStop, history: history, mark: bookmark)
  }

  private func finish(
    _ loop: TrainingLoop, _ model: Model, _ outcome: TrainingOutcome
  ) throws -> Run {
    let exits = Array(model.exitNames.indices)
    let accuracies =
      outcome == .completed
      ? try model.accuracies(
        on: data.validation, exits: exits, batchSize: recipe.batchSize,
        precision: recipe.precision, shouldStop: shouldStop)
      : nil
    return Run(
      model: model,
      record: RunRecord(
        regime: regime, epochs: epochs, recipe: recipe, seed: seed, exits: model.exitNames,
        splits: data.splits, history: loop.history, outcome: outcome,
        validationAccuracies: accuracies, seconds: secondsBefore + loop.pace.seconds,
        provenance: .current(recipe.precision)),
      data: data, bookmark: outcome == .interrupted ? loop.mark : nil)
  }
}
