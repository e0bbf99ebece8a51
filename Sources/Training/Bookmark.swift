import Tensors

/// The end of the last whole epoch: where a training can go on, bit for bit.
struct Bookmark {
  /// The phase, as a place among the loop's plans.
  var phase: Int
  /// The epochs of the phase that are done.
  var epoch = 0
  /// The learner.
  var state: [String: Tensor]
  /// With early stopping, the learner at its best in this phase.
  var best: [String: Tensor]
  /// The average of the weights, if the recipe keeps one.
  var average: [String: Tensor]?
  /// Early stopping's counters.
  var watch: EarlyStopping.Watch?
  /// What the optimizer remembers.
  var memory = OptimizerState.Memory()
  /// The generator of dropout.
  var random: Random
  /// What has happened until then.
  var history: History

  /// The beginning of a phase.
  init(phase: Int, plan: PhasePlan, state: [String: Tensor], seed: UInt64, history: History) {
    self.phase = phase
    self.state = state
    best = state
    watch = plan.earlyStopping.map { EarlyStopping.Watch($0, exits: plan.exits.count) }
    random = Self.random(of: plan, seed: seed).split(1)
    self.history = history
  }

  /// The generator from which the phase's batches and dropout are drawn.
  static func random(of plan: PhasePlan, seed: UInt64) -> Random {
    Random(seed: seed).split(UInt64(plan.index))
  }
}
