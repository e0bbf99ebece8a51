public import Datasets
public import Tensors

/// How a network is trained, whatever the regime: optimizer, schedule, batches, loss.
///
/// ```swift
/// var recipe = Recipe.default
/// recipe.optimizer = AdamW(learningRate: 0.001)
/// let gentle = Recipe(batchSize: 64, gradientClip: 1)
/// ```
///
/// The defaults suit small convolutional networks with batch normalisation: SGD at 0.1 with
/// Nesterov momentum 0.9 and weight decay 5e-4, a cosine after 5 % of warm-up, batches of 128,
/// gradients clipped at norm 5 (rarely reached; it keeps a network without normalisation alive),
/// the mean of the exits' losses, and images as they are.
public struct Recipe: Hashable, Codable, Sendable {
  private var choice: OptimizerChoice
  /// The course of the learning rate in each phase.
  public var schedule: Schedule
  /// The images of one step.
  ///
  /// The last batch of an epoch may be smaller.
  public var batchSize: Int
  /// How training images are varied.
  public var augmentation: Augmentation
  /// What is minimised.
  public var loss: ExitLoss
  /// When phases end before their epochs are over; never if nil.
  public var earlyStopping: EarlyStopping?
  /// The norm to which the gradient of all trained parameters together is clipped; not if nil.
  public var gradientClip: Double?
  /// The average of the weights that is validated and kept in their place; the weights if nil.
  public var averaging: WeightAveraging?
  private var ownGroups: [ParameterGroup]?
  private var ownPrecision: Precision?

  /// How exactly products are computed, in training and where the validation split is looked at.
  ///
  /// In mixed precision the parameters and the optimizer's memory stay 32-bit floats.
  public var precision: Precision {
    get { ownPrecision ?? .float32 }
    set { ownPrecision = newValue == .float32 ? nil : newValue }
  }

  /// Parameters with an optimizer of their own; the first group that a parameter fits counts.
  public var groups: [ParameterGroup] {
    get { ownGroups ?? [] }
    set { ownGroups = newValue.isEmpty ? nil : newValue }
  }

  /// The optimizer, with the peak learning rate.
  public var optimizer: any Optimizer {
    get { choice.base }
    set { choice = OptimizerChoice(newValue) }
  }

  /// A recipe; what is left out is as in ``default``.
  public init(
    optimizer: any Optimizer = SGD(
      learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4, nesterov: true),
    schedule: Schedule = .cosine(warmUp: 0.05), batchSize: Int = 128,
    augmentation: Augmentation = .none, loss: ExitLoss = .mean,
    earlyStopping: EarlyStopping? = nil, gradientClip: Double? = 5,
    groups: [ParameterGroup] = [], averaging: WeightAveraging? = nil,
    precision: Precision = .float32
  ) {
    choice = OptimizerChoice(optimizer)
    self.schedule = schedule
    self.batchSize = batchSize
    self.augmentation = augmentation
    self.loss = loss
    self.earlyStopping = earlyStopping
    self.gradientClip = gradientClip
    self.averaging = averaging
    self.groups = groups
    self.precision = precision
  }

  /// The recipe used when none is given.
  public static let `default` = Recipe()
  /// The default with crops and flips, as is usual for CIFAR.
  ///
  /// Letters and digits must not be flipped.
  public static let cifar = Recipe(augmentation: .cropAndFlip)
}

extension Recipe: CustomStringConvertible {
  public var description: String {
    var parts = ["\(optimizer)", "\(schedule)", "batches of \(batchSize)", "\(loss)"]
    parts.append("augmentation: \(augmentation)")
    if let gradientClip { parts.append("gradients clipped at norm \(gradientClip)") }
    parts += groups.map(\.description)
    if let averaging { parts.append("\(averaging)") }
    if precision != .float32 { parts.append("\(precision)") }
    if let earlyStopping { parts.append("\(earlyStopping)") }
    return parts.joined(separator: " · ")
  }
}

extension Recipe {
  /// More images than any split has.
  private static let largestBatch = 1 << 40

  static func requireBatch(_ size: Int, _ what: String) throws(TrainingError) {
    try TrainingError.requireCount(size, upTo: largestBatch, what)
  }

  /// Throws a sentence if a number in the recipe makes no sense.
  public func validate() throws(TrainingError) {
    try Self.requireBatch(batchSize, "The recipe's batch size")
    if let gradientClip, !(gradientClip.isFinite && gradientClip > 0) {
      throw TrainingError(
        "The recipe's gradient clip is a norm and must be above 0, got \(gradientClip).")
    }
    try optimizer.validate("The recipe")
    try schedule.validate("The recipe")
    try earlyStopping?.validate("The recipe")
    for group in groups {
      try group.optimizer.validate("The recipe's group of \(group.members)")
    }
    try averaging?.validate()
    do {
      try precision.requireAvailable()
    } catch {
      throw TrainingError("The recipe's precision cannot be had here: \(error)")
    }
  }
}
