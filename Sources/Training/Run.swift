public import Datasets
public import Networks

/// A trained model and everything that is known about how it came about.
///
/// ```swift
/// let run = try net.train(.mixed, on: data, epochs: 20, seed: 1)
/// run.history.course(ofExit: 0, \.validationAccuracy)
/// try run.save(to: "mixed-1.safetensors")
/// ```
public struct Run {
  /// The network with its trained parameters.
  public let model: Model
  /// Everything but the parameters.
  public let record: RunRecord
  /// The images it was trained, watched and can be tested on; nil for a run read from a file.
  public let data: Dataset?
  /// Where an interrupted training can go on.
  let bookmark: Bookmark?

  package init(model: Model, record: RunRecord, data: Dataset? = nil) {
    self.init(model: model, record: record, data: data, bookmark: nil)
  }

  init(model: Model, record: RunRecord, data: Dataset?, bookmark: Bookmark?) {
    self.model = model
    self.record = record
    self.data = data
    self.bookmark = bookmark
  }

  /// The network that was trained.
  public var network: Network { model.network }
  /// The regime it was trained under.
  public var regime: Regime { record.regime }
  /// The recipe it was trained with.
  public var recipe: Recipe { record.recipe }
  /// The seed of parameters, batches, augmentation and dropout.
  public var seed: UInt64 { record.seed }
  /// What happened, epoch by epoch and exit by exit.
  public var history: History { record.history }
  /// Which images were used for what.
  public var splits: Splits { record.splits }
  /// How the training ended.
  public var outcome: TrainingOutcome { record.outcome }
  /// Whether the training was asked to stop before its end.
  public var isInterrupted: Bool { record.outcome == .interrupted }
  /// The accuracy of every exit on the validation split after training, in 0…1, first to last; nil
  /// if the split is empty or training did not come to its end.
  public var validationAccuracies: [Double]? { record.validationAccuracies }
}

/// Everything that is known about a run, but for the parameters.
public struct RunRecord: Hashable, Codable, Sendable {
  /// The regime.
  public var regime: Regime
  /// The epochs that were asked for.
  public var epochs: EpochBudget
  /// The recipe.
  public var recipe: Recipe
  /// The seed of parameters, batches, augmentation and dropout.
  public var seed: UInt64
  /// The names of the exits, first to last.
  public var exits: [String]
  /// The data's name, its seed and which images were used for what.
  public var splits: Splits
  /// What happened, earlier trainings of the same model included.
  public var history: History
  /// How the training ended.
  public var outcome: TrainingOutcome
  /// The accuracy of every exit on the validation split after training, in 0…1.
  public var validationAccuracies: [Double]?
  /// The time the training took, in seconds.
  public var seconds: Double
  /// What the run was made with.
  public var provenance: Provenance
}

extension Run: CustomStringConvertible {
  /// The regime, the epochs, and the accuracy of each exit.
  public var description: String {
    let name = network.name ?? "network"
    let count = history.epochs.count
    var lines = [
      "\(name) · \(regime.name) · \(splits.dataset) · \(count) epoch\(count == 1 ? "" : "s")"
        + " · seed \(seed) · \(Self.decimal(record.seconds, places: 1)) s"
        + (outcome == .completed ? "" : " · \(outcome)")
    ]
    let width = record.exits.map(\.count).max() ?? 0
    for (exit, accuracy) in zip(record.exits, validationAccuracies ?? []) {
      let space = String(repeating: " ", count: width - exit.count)
      lines.append("  \(exit)\(space)  \(Self.decimal(100 * accuracy, places: 2)) % validation")
    }
    return lines.joined(separator: "\n")
  }

  private static func decimal(_ value: Double, places: Int) -> String {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let whole = Int((value * Double(scale)).rounded())
    let digits = String(whole % scale)
    return "\(whole / scale)." + String(repeating: "0", count: places - digits.count) + digits
  }
}
