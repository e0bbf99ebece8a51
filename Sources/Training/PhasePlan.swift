import Datasets
import Networks

/// One phase with everything decided: what the loop follows.
struct PhasePlan {
  /// The phase, counted from 0 over the whole history of the model.
  let index: Int
  let part: Model.Part
  /// The exits whose loss is minimised, and the factor on each one's cross-entropy.
  let exits: [Int]
  let factors: [Double]
  let epochs: Int
  let stepsPerEpoch: Int
  let optimizer: any Optimizer
  let schedule: Schedule
  let earlyStopping: EarlyStopping?

  var steps: Int { epochs * stepsPerEpoch }

  /// The learning rate of a step, counted from 0.
  func learningRate(at step: Int) -> Double {
    optimizer.learningRate * schedule.factor(at: step, of: steps)
  }
}

extension PhasePlan {
  /// The phases of a regime for one learner and one data set.
  ///
  /// - Parameter earlier: The number of phases that the model has behind it.
  static func plans(
    for regime: Regime, epochs: EpochBudget, recipe: Recipe, learner: some Learner,
    weights: [Double], data: Dataset, earlier: Int
  ) throws(TrainingError) -> [PhasePlan] {
    let lengths = try regime.epochs(for: epochs)
    try recipe.validate()
    let steps = (data.train.count + recipe.batchSize - 1) / recipe.batchSize
    var plans: [PhasePlan] = []
    for (phase, length) in zip(regime.phases, lengths) {
      let exits = learner.exits(of: phase.part)
      if exits.isEmpty {
        throw TrainingError(
          """
          The regime "\(regime.name)" has a phase that trains the exits on a frozen backbone, but \
          the network has a single exit, which belongs to the backbone: add an Exit, or choose \
          .joint.
          """)
      }
      var optimizer = phase.optimizer ?? recipe.optimizer
      optimizer.learningRate =
        phase.learningRate ?? optimizer.learningRate * phase.learningRateFactor
      plans.append(
        PhasePlan(
          index: earlier + plans.count, part: phase.part, exits: exits,
          factors: try recipe.loss.factors(for: exits, defaults: weights), epochs: length,
          stepsPerEpoch: steps, optimizer: optimizer, schedule: phase.schedule ?? recipe.schedule,
          earlyStopping: phase.earlyStopping ?? recipe.earlyStopping))
    }
    return plans
  }
}
