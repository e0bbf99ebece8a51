public import Tensors

/// Adam (Kingma & Ba 2015, arXiv:1412.6980, algorithm 1), step for step as in PyTorch.
///
/// ```
/// m ← β₁m + (1 − β₁)g      v ← β₂v + (1 − β₂)g²      w ← w − η·m̂/(√v̂ + ε)
/// ```
///
/// Weight decay is added to the gradient; ``AdamW`` keeps it apart.
public struct Adam: Optimizer {
  /// The peak learning rate η.
  public var learningRate: Double
  /// The shares β₁ and β₂ of the two moving averages that stay from step to step.
  public var beta1: Double, beta2: Double
  /// The ε that keeps the denominator from zero.
  public var epsilon: Double
  /// The weight decay, added to the gradient.
  public var weightDecay: Double

  /// PyTorch's defaults.
  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  public func update(
    _ parameter: Parameter, by gradient: Tensor, at step: inout Update
  ) throws {
    try moments.update(
      parameter, by: gradient, at: &step, weightDecay: weightDecay, decoupled: false)
  }

  public func validate(_ place: String) throws(TrainingError) {
    try requirePositive(learningRate, "learning rate", place)
    try requireNotNegative(weightDecay, "weight decay", place)
    try moments.validate(for: self, place)
  }

  private var moments: AdamMoments {
    AdamMoments(beta1: beta1, beta2: beta2, epsilon: epsilon)
  }
}

/// Adam with weight decay apart from the gradient (Loshchilov & Hutter 2019, arXiv:1711.05101,
/// algorithm 2), step for step as in PyTorch: first `w ← w − ηλw`, then Adam's update.
public struct AdamW: Optimizer {
  /// The peak learning rate η.
  public var learningRate: Double
  /// The shares β₁ and β₂ of the two moving averages that stay from step to step.
  public var beta1: Double, beta2: Double
  /// The ε that keeps the denominator from zero.
  public var epsilon: Double
  /// The weight decay λ, scaled by the learning rate.
  public var weightDecay: Double

  /// PyTorch's defaults.
  public init(
    learningRate: Double = 0.001, beta1: Double = 0.9, beta2: Double = 0.999,
    epsilon: Double = 1e-8, weightDecay: Double = 0.01
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  public func update(
    _ parameter: Parameter, by gradient: Tensor, at step: inout Update
  ) throws {
    try moments.update(
      parameter, by: gradient, at: &step, weightDecay: weightDecay, decoupled: true)
  }

  public func validate(_ place: String) throws(TrainingError) {
    try requirePositive(learningRate, "learning rate", place)
    try requireNotNegative(weightDecay, "weight decay", place)
    try moments.validate(for: self, place)
  }

  private var moments: AdamMoments {
    AdamMoments(beta1: beta1, beta2: beta2, epsilon: epsilon)
  }
}

/// What Adam and AdamW have in common: the two moving averages.
private struct AdamMoments {
  let beta1: Double, beta2: Double, epsilon: Double

  func update(
    _ parameter: Parameter, by gradient: Tensor, at step: inout Update, weightDecay: Double,
    decoupled: Bool
  ) throws {
    var second = step.memory.popLast() ?? .zeros(gradient.shape)
    var first = step.memory.popLast() ?? .zeros(gradient.shape)
    try parameter.applyAdam(
      gradient: gradient, step: step.number, learningRate: Float(step.learningRate),
      beta1: Float(beta1), beta2: Float(beta2), epsilon: Float(epsilon),
      weightDecay: Float(weightDecay), decoupled: decoupled, first: &first, second: &second)
    step.memory = [first, second]
  }

  func validate(for optimizer: some Optimizer, _ place: String) throws(TrainingError) {
    try optimizer.requireShare(beta1, "β₁", place)
    try optimizer.requireShare(beta2, "β₂", place)
    try optimizer.requirePositive(epsilon, "ε", place)
  }
}

extension Adam: CustomStringConvertible {
  public var description: String {
    "Adam at \(learningRate)" + (weightDecay > 0 ? ", weight decay \(weightDecay)" : "")
  }
}

extension AdamW: CustomStringConvertible {
  public var description: String {
    "AdamW at \(learningRate)" + (weightDecay > 0 ? ", weight decay \(weightDecay)" : "")
  }
}
