/// Ends a phase when no exit has improved on the validation split for a while.
///
/// As in the paper's code: every trained exit keeps its best validation accuracy and counts the
/// epochs since; the phase ends when **all** counters have reached `patience`. The model is kept
/// whenever **any** exit improves, and the last one kept is what the phase ends with, whether it
/// was cut short or not.
///
/// The paper's patience is 50 epochs for ResNets from scratch and 10 for pre-trained networks.
public struct EarlyStopping: Hashable, Codable, Sendable {
  /// The number of epochs without improvement that every exit is allowed.
  public var patience: Int
  /// What counts as an improvement: accuracy must exceed the best by more than this, in 0…1.
  public var margin: Double

  /// Stops when no exit has improved for `patience` epochs.
  public init(patience: Int, margin: Double = 0) {
    self.patience = patience
    self.margin = margin
  }
}

extension EarlyStopping: CustomStringConvertible {
  public var description: String { "early stopping after \(patience) stale epochs" }
}

extension EarlyStopping {
  /// Throws a sentence if a number makes no sense; `place` says where it stands.
  package func validate(_ place: String) throws(TrainingError) {
    if patience < 1 {
      throw TrainingError("\(place): the patience must be at least 1 epoch, got \(patience).")
    }
    if !(0..<1).contains(margin) {
      throw TrainingError(
        "\(place): the margin is a difference of accuracies, 0 or more and below 1, got \(margin).")
    }
  }

  /// The counters of one phase.
  package struct Watch: Codable {
    private let rule: EarlyStopping
    /// The best validation accuracy of each trained exit so far.
    package private(set) var best: [Double]
    /// The epochs since each exit's best.
    package private(set) var stale: [Int]

    package init(_ rule: EarlyStopping, exits: Int) {
      self.rule = rule
      best = Array(repeating: -1, count: exits)
      stale = Array(repeating: 0, count: exits)
    }

    /// Whether every exit has used up its patience.
    package var isOver: Bool { stale.allSatisfy { $0 >= rule.patience } }

    /// Takes in one epoch's accuracies; true if any exit improved, so the model is worth keeping.
    package mutating func improves(_ accuracies: [Double]) -> Bool {
      for (exit, accuracy) in accuracies.enumerated() {
        let better = best[exit] < 0 || accuracy > best[exit] + rule.margin
        stale[exit] = better ? 0 : stale[exit] + 1
        if better { best[exit] = accuracy }
      }
      return stale.contains(0)
    }
  }
}
