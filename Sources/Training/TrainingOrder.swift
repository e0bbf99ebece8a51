import Datasets
import Networks
import Tensors

/// What was asked for, on its way to a run: checked, then trained.
struct TrainingOrder {
  let regime: Regime
  let epochs: EpochBudget
  let seed: UInt64
  let recipe: Recipe
  let start: Run?
  private let observer = Trainer.observer
  private let shouldStop = Trainer.shouldStop

  init(_ regime: Regime, _ epochs: EpochBudget, seed: UInt64, recipe: Recipe, start: Run?) {
    self.regime = regime
    self.epochs = epochs
    self.seed = seed
    self.recipe = recipe
    self.start = start
  }

  func train(_ network: Network, on data: Dataset) throws -> Run {
    let model = try model(of: network)
    let stops = recipe.earlyStopping != nil || regime.phases.contains { $0.earlyStopping != nil }
    let plans = try PhasePlan.plans(
      for: regime, epochs: epochs, recipe: recipe, learner: model,
      weights: network.exits.map { Double($0.weight) }, data: data,
      earlier: start?.history.phases.count ?? 0)
    try TrainingCheck(network: network, data: data).run(needsValidation: stops)
    var loop = TrainingLoop(
      learner: model, data: data, plans: plans, recipe: recipe, seed: seed, observer: observer,
      shouldStop: shouldStop, history: start?.history ?? History())
    observer?.trainingBegan(loop.outline(regime: regime, network: network))
    do {
      let outcome = try loop.run()
      let run = try finish(loop, model: model, data: data, outcome: outcome)
      observer?.trainingEnded(run)
      return run
    } catch let divergence as TrainingLoop.Divergence {
      try model.restore(loop.good)
      loop.history.phases[loop.history.phases.count - 1].end = .diverged
      let run = try finish(loop, model: model, data: data, outcome: .diverged)
      let failure = TrainingDiverged(message: divergence.message, run: run)
      observer?.trainingFailed(failure)
      throw failure
    } catch {
      observer?.trainingFailed(error)
      throw error
    }
  }

  /// A fresh model, or a copy of the one to start from.
  private func model(of network: Network) throws -> Model {
    guard let start else { return try Model(network, seed: seed) }
    if start.network != network {
      throw TrainingError(
        """
        The run to start from was trained on another network (\(start.network.name ?? "unnamed"), \
        with \(start.record.exits.count) exits): start from a run of this network.
        """)
    }
    let model = try Model(network, seed: seed)
    try model.restore(start.model.state())
    return model
  }

  private func finish(
    _ loop: TrainingLoop, model: Model, data: Dataset, outcome: TrainingOutcome
  ) throws -> Run {
    let accuracies =
      outcome == .completed
      ? try model.accuracies(
        on: data.validation, exits: Array(model.exitNames.indices), batchSize: recipe.batchSize,
        shouldStop: shouldStop) : nil
    return Run(
      model: model,
      record: RunRecord(
        regime: regime, epochs: epochs, recipe: recipe, seed: seed, exits: model.exitNames,
        splits: data.splits, history: loop.history, outcome: outcome,
        validationAccuracies: accuracies, seconds: loop.pace.seconds, provenance: .current),
      data: data)
  }
}
