public import Networks

/// One stretch of a training regime: which part of the network learns, for how long, and how.
///
/// ```swift
/// Phase(.backbone)                                          // the recipe decides the rest
/// Phase(.everything, share: 0.75, learningRate: 0.02)       // three quarters of the epochs
/// Phase(.exits, epochs: 10, optimizer: Adam())              // ten epochs, whatever the total
/// ```
public struct Phase: Hashable, Codable, Sendable {
  /// What learns.
  ///
  /// The rest of the network is frozen entirely: no update, no weight decay, running statistics
  /// untouched, dropout off.
  public var part: Model.Part
  /// The phase's share of the epochs that are left for phases without `epochs` of their own,
  /// relative to those phases' shares: 1 and 3 mean the same as 0.25 and 0.75.
  public var share: Double
  /// The number of epochs, if the phase has one of its own; it is taken from the total.
  public var epochs: Int?
  /// The peak learning rate, if it differs from the optimizer's.
  public var learningRate: Double?
  /// What the optimizer's learning rate is multiplied by, where ``learningRate`` is nil.
  public var learningRateFactor: Double
  /// When to stop before the epochs are over, if it differs from the recipe's.
  public var earlyStopping: EarlyStopping?
  /// The course of the learning rate, if it differs from the recipe's.
  public var schedule: Schedule?
  private var ownOptimizer: OptimizerChoice?

  /// The optimizer, if it differs from the recipe's.
  public var optimizer: (any Optimizer)? {
    get { ownOptimizer?.base }
    set { ownOptimizer = newValue.map(OptimizerChoice.init) }
  }

  /// A phase that trains `part`; what is left out is the recipe's.
  ///
  /// - Parameters:
  ///   - share: Relative to the other phases; equal shares unless said otherwise.
  ///   - epochs: A number of its own, taken from the total.
  ///   - learningRate: The peak rate; the schedule scales it.
  ///   - learningRateFactor: On the optimizer's rate, if no rate is given.
  public init(
    _ part: Model.Part, share: Double = 1, epochs: Int? = nil, learningRate: Double? = nil,
    learningRateFactor: Double = 1, earlyStopping: EarlyStopping? = nil, schedule: Schedule? = nil,
    optimizer: (any Optimizer)? = nil
  ) {
    self.part = part
    self.share = share
    self.epochs = epochs
    self.learningRate = learningRate
    self.learningRateFactor = learningRateFactor
    self.earlyStopping = earlyStopping
    self.schedule = schedule
    self.optimizer = optimizer
  }
}

extension Phase: CustomStringConvertible {
  public var description: String {
    var details: [String] = []
    if let epochs { details.append("\(epochs) epochs") }
    if share != 1 { details.append("share \(share)") }
    if let learningRate { details.append("learning rate \(learningRate)") }
    if learningRateFactor != 1 { details.append("learning rate ×\(learningRateFactor)") }
    if let schedule { details.append("\(schedule)") }
    if let optimizer { details.append("\(optimizer)") }
    if let earlyStopping { details.append("\(earlyStopping)") }
    return details.isEmpty ? "\(part)" : "\(part) (\(details.joined(separator: ", ")))"
  }
}

extension Phase {
  /// Throws a sentence if a number in the phase makes no sense; `place` names the phase in it.
  package func validate(_ place: String) throws(TrainingError) {
    if !(share.isFinite && share > 0) {
      throw TrainingError(
        "\(place): the share of the epochs must be a number above 0, got \(share).")
    }
    if let epochs { try Self.requireEpochs(epochs, "\(place): epochs") }
    if let learningRate, !(learningRate.isFinite && learningRate > 0) {
      throw TrainingError(
        "\(place): the learning rate must be a number above 0, got \(learningRate).")
    }
    if !(learningRateFactor.isFinite && learningRateFactor > 0) {
      throw TrainingError(
        "\(place): the learning rate's factor must be above 0, got \(learningRateFactor).")
    }
    try schedule?.validate(place)
    try earlyStopping?.validate(place)
    try optimizer?.validate(place)
  }

  /// More epochs than anybody could wait for; their steps can still be counted.
  private static let mostEpochs = 1_000_000_000

  static func requireEpochs(_ epochs: Int, _ what: String) throws(TrainingError) {
    try TrainingError.requireCount(epochs, upTo: mostEpochs, what)
  }
}
