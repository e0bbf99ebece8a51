public import Tensors

/// A rule that turns gradients into updates. Adopt it in a cell to train with a rule of one's own:
///
/// ```swift
/// struct PlainDescent: Optimizer {
///   var learningRate = 0.1
///   func update(_ parameter: Parameter, by gradient: Tensor, at step: inout Update) throws {
///     parameter.value = try parameter.value - gradient * Float(step.learningRate)
///   }
/// }
/// ```
///
/// An optimizer is a value that holds settings only. What it remembers of a parameter between
/// steps lives in ``Update/memory``, which starts empty in every phase.
public protocol Optimizer: Hashable, Codable, Sendable {
  /// The peak learning rate; schedules scale it.
  var learningRate: Double { get set }

  /// Changes one parameter's value by its gradient, which has the same shape.
  func update(_ parameter: Parameter, by gradient: Tensor, at step: inout Update) throws

  /// Throws a sentence if a setting makes no sense; `place` says where the optimizer stands.
  func validate(_ place: String) throws(TrainingError)
}

/// The circumstances of one update of one parameter.
public struct Update {
  /// The learning rate of this step, the schedule included.
  public var learningRate: Double
  /// The number of the step in its phase, counted from 1.
  public var number: Int
  /// What the optimizer keeps for this parameter from step to step; empty before its first.
  public var memory: [Tensor]

  /// An update with nothing remembered.
  public init(learningRate: Double, number: Int = 1, memory: [Tensor] = []) {
    self.learningRate = learningRate
    self.number = number
    self.memory = memory
  }
}

extension Optimizer {
  /// Checks the learning rate, the one setting every optimizer has.
  public func validate(_ place: String) throws(TrainingError) {
    try requirePositive(learningRate, "learning rate", place)
  }

  func requirePositive(
    _ value: Double, _ name: String, _ place: String
  ) throws(TrainingError) {
    if !(value.isFinite && value > 0) {
      throw TrainingError("\(place): the \(name) of \(Self.self) must be above 0, got \(value).")
    }
  }

  func requireNotNegative(
    _ value: Double, _ name: String, _ place: String
  ) throws(TrainingError) {
    if !(value.isFinite && value >= 0) {
      throw TrainingError("\(place): the \(name) of \(Self.self) must be 0 or more, got \(value).")
    }
  }

  func requireShare(_ value: Double, _ name: String, _ place: String) throws(TrainingError) {
    if !(0..<1).contains(value) {
      throw TrainingError(
        "\(place): the \(name) of \(Self.self) must lie from 0 up to but not at 1, got \(value).")
    }
  }
}
