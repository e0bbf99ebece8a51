/// What happened during a training, epoch by epoch and exit by exit.
public struct History: Hashable, Codable, Sendable {
  /// The phases, in the order in which they were trained.
  public var phases: [PhaseRecord] = []
  /// The epochs of all phases, in the order in which they were trained.
  public var epochs: [EpochRecord] = []

  /// A history in which nothing has happened yet.
  public init() {}

  /// The epochs of one phase, counted from 0.
  public func epochs(ofPhase phase: Int) -> [EpochRecord] { epochs.filter { $0.phase == phase } }

  /// One exit's course: an epoch's number (from 1, over all phases) and the value, for the epochs
  /// in which the exit was trained and the value is known.
  ///
  /// ```swift
  /// run.history.course(ofExit: 0, \.validationAccuracy)
  /// ```
  public func course(
    ofExit exit: Int, _ value: (ExitRecord) -> Double?
  ) -> [(epoch: Int, value: Double)] {
    epochs.enumerated().compactMap { index, record in
      record.exits.first { $0.exit == exit }.flatMap(value).map { (index + 1, $0) }
    }
  }
}

/// One phase as it was trained.
public struct PhaseRecord: Hashable, Codable, Sendable {
  /// How a phase came to its end.
  public enum End: String, Hashable, Codable, Sendable {
    /// All its epochs were trained.
    case completed
    /// No exit improved any more.
    case stoppedEarly
    /// Training was asked to stop.
    case interrupted
    /// A loss or gradient stopped being a finite number.
    case diverged
  }

  /// What learned.
  public var part: String
  /// The epochs that were planned.
  public var plannedEpochs: Int
  /// The epochs that were trained, to their end.
  public var epochs: Int = 0
  /// The optimizer steps that were made.
  public var steps: Int = 0
  /// How the phase ended.
  public var end: End = .interrupted
  /// With early stopping, the epoch (from 1) whose model was kept.
  public var keptEpoch: Int?
  /// The time the phase took, validation included, in seconds.
  public var seconds: Double = 0
  /// The part of `seconds` for which the loop waited for data.
  public var waitingSeconds: Double = 0

  init(part: String, plannedEpochs: Int) {
    self.part = part
    self.plannedEpochs = plannedEpochs
  }
}

/// One epoch of one phase.
public struct EpochRecord: Hashable, Codable, Sendable {
  /// The phase, counted from 0.
  public var phase: Int
  /// The epoch in its phase, counted from 1.
  public var epoch: Int
  /// The learning rate of the epoch's last step.
  public var learningRate: Double
  /// The time of the epoch, validation included, in seconds.
  public var seconds: Double
  /// The exits that were trained, first to last.
  public var exits: [ExitRecord]
}

/// One exit in one epoch.
public struct ExitRecord: Hashable, Codable, Sendable {
  /// The exit, counted from 0.
  public var exit: Int
  /// The exit's name.
  public var name: String
  /// The mean cross-entropy over the epoch's training batches, in nats, without the exit's weight.
  public var loss: Double
  /// The accuracy on the epoch's training batches as they were trained on (augmented, before each
  /// step), in 0…1.
  public var trainingAccuracy: Double
  /// The accuracy on the validation split after the epoch, in 0…1; nil if the split is empty.
  public var validationAccuracy: Double?
}
