import Tensors

/// An exponential moving average of the weights, which is validated, kept and returned in the place
/// of the weights themselves.
///
/// ```
/// a ← d·a + (1 − d)·w      d = min(decay, (1 + t) / (10 + t)) after step t
/// ```
///
/// Polyak & Juditsky 1992 (averaging); the early, smaller d is that of TensorFlow's and timm's
/// averages, so that the first weights are soon forgotten. Running statistics are averaged alike.
public struct WeightAveraging: Hashable, Codable, Sendable {
  /// The share of the average that stays from step to step, in 0..<1.
  public var decay: Double

  /// An average that looks back over about 1 / (1 − decay) steps.
  public init(decay: Double = 0.999) { self.decay = decay }

  func validate() throws(TrainingError) {
    if !(0..<1).contains(decay) {
      throw TrainingError(
        "The recipe's weight averaging needs a decay from 0 up to but not at 1, got \(decay).")
    }
  }
}

extension WeightAveraging: CustomStringConvertible {
  public var description: String { "weights averaged with decay \(decay)" }
}

/// A running average of a learner's state.
struct WeightAverage {
  /// The average so far, by name.
  private(set) var state: [String: Tensor]
  private let decay: Double

  /// An average that begins with a state.
  init(_ averaging: WeightAveraging, of state: [String: Tensor]) {
    decay = averaging.decay
    self.state = state
  }

  /// Takes in the state after a step, counted from 1.
  mutating func add(_ new: [String: Tensor], step: Int) {
    let kept = Float(min(decay, Double(1 + step) / Double(10 + step)))
    for (name, tensor) in new {
      tensor.withUnsafeBuffer { values in
        state[name]?.withUnsafeMutableBuffer { average in
          for k in average.indices { average[k] = kept * average[k] + (1 - kept) * values[k] }
        }
      }
    }
  }
}
