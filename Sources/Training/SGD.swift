public import Tensors

/// Stochastic gradient descent with momentum and weight decay, step for step as in PyTorch.
///
/// ```
/// g ← g + λw      v ← μv + g      w ← w − η·v      (Nesterov: w ← w − η(g + μv))
/// ```
///
/// Weight decay reaches every trained parameter, normalisation and biases included.
/// Sutskever et al. 2013 (momentum), with PyTorch's convention that the rate is not inside v.
public struct SGD: Optimizer {
  /// The peak learning rate η.
  public var learningRate: Double
  /// The share μ of the velocity that stays from step to step.
  public var momentum: Double
  /// The weight decay λ, added to the gradient.
  public var weightDecay: Double
  /// Whether to look ahead by one step of momentum.
  public var nesterov: Bool

  /// Plain descent unless a momentum is given.
  public init(
    learningRate: Double = 0.1, momentum: Double = 0, weightDecay: Double = 0,
    nesterov: Bool = false
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.nesterov = nesterov
  }

  public func update(
    _ parameter: Parameter, by gradient: Tensor, at step: inout Update
  ) throws {
    var velocity = step.memory.popLast()
    try parameter.applySGD(
      gradient: gradient, learningRate: Float(step.learningRate), momentum: Float(momentum),
      weightDecay: Float(weightDecay), velocity: &velocity, nesterov: nesterov)
    if let velocity { step.memory = [velocity] }
  }

  public func validate(_ place: String) throws(TrainingError) {
    try requirePositive(learningRate, "learning rate", place)
    try requireShare(momentum, "momentum", place)
    try requireNotNegative(weightDecay, "weight decay", place)
    if nesterov && momentum == 0 {
      throw TrainingError("\(place): Nesterov momentum needs a momentum above 0, such as 0.9.")
    }
  }
}

extension SGD: CustomStringConvertible {
  public var description: String {
    var text = "SGD at \(learningRate)"
    if momentum > 0 { text += ", \(nesterov ? "Nesterov " : "")momentum \(momentum)" }
    if weightDecay > 0 { text += ", weight decay \(weightDecay)" }
    return text
  }
}
