/// Is told how a training goes: a progress display, a log, a test.
///
/// Every method has an empty default. Calls come from the thread that trains, between steps, so a
/// slow observer slows training; draw at most a few times a second.
public protocol TrainingObserver: AnyObject {
  /// A training is about to begin.
  func trainingBegan(_ training: TrainingOutline)
  /// A phase is about to begin.
  func phaseBegan(_ phase: PhaseOutline)
  /// An optimizer step is done.
  func batchEnded(_ progress: BatchProgress)
  /// An epoch and its validation are done; the record is the last of the history.
  func epochEnded(_ epoch: EpochRecord, of history: History)
  /// A phase is over.
  func phaseEnded(_ phase: PhaseRecord)
  /// The training is over: completed or interrupted.
  func trainingEnded(_ run: Run)
  /// The training failed; the error is on its way to the caller.
  func trainingFailed(_ error: any Error)
}

extension TrainingObserver {
  public func trainingBegan(_ training: TrainingOutline) {}
  public func phaseBegan(_ phase: PhaseOutline) {}
  public func batchEnded(_ progress: BatchProgress) {}
  public func epochEnded(_ epoch: EpochRecord, of history: History) {}
  public func phaseEnded(_ phase: PhaseRecord) {}
  public func trainingEnded(_ run: Run) {}
  public func trainingFailed(_ error: any Error) {}
}

/// What is about to be trained.
public struct TrainingOutline: Hashable, Sendable {
  /// The regime's name.
  public var regime: String
  /// The network's name, if it has one.
  public var network: String
  /// The data's name.
  public var data: String
  /// The seed.
  public var seed: UInt64
  /// The names of the network's exits, first to last.
  public var exits: [String]
  /// The phases, first to last.
  public var phases: [PhaseOutline]

  package init(
    regime: String, network: String, data: String, seed: UInt64, exits: [String],
    phases: [PhaseOutline]
  ) {
    self.regime = regime
    self.network = network
    self.data = data
    self.seed = seed
    self.exits = exits
    self.phases = phases
  }
}

/// One phase that is about to be trained.
public struct PhaseOutline: Hashable, Sendable {
  /// The phase, counted from 0.
  public var index: Int
  /// The number of phases.
  public var count: Int
  /// What learns: `backbone`, `exits` or `everything`.
  public var part: String
  /// The exits whose loss is minimised, counted from 0.
  public var exits: [Int]
  /// The epochs, if nothing stops the phase early.
  public var epochs: Int
  /// The steps of one epoch.
  public var stepsPerEpoch: Int

  package init(
    index: Int, count: Int, part: String, exits: [Int], epochs: Int, stepsPerEpoch: Int
  ) {
    self.index = index
    self.count = count
    self.part = part
    self.exits = exits
    self.epochs = epochs
    self.stepsPerEpoch = stepsPerEpoch
  }
}

/// Where a training stands after one step.
public struct BatchProgress: Hashable, Sendable {
  /// The phase, counted from 0.
  public var phase: Int
  /// The epoch in its phase, counted from 1.
  public var epoch: Int
  /// The step in its epoch, counted from 1.
  public var step: Int
  /// The steps of one epoch.
  public var stepsPerEpoch: Int
  /// The exits that learn, counted from 0.
  public var exits: [Int]
  /// The cross-entropy of each of `exits` on this batch, in nats.
  public var losses: [Double]
  /// The learning rate of this step.
  public var learningRate: Double
  /// Training images per second since the phase began.
  public var imagesPerSecond: Double
  /// The share of the whole training that is done, in 0…1.
  public var fractionDone: Double
  /// The estimated time until the whole training is over, in seconds.
  public var secondsLeft: Double

  package init(
    phase: Int, epoch: Int, step: Int, stepsPerEpoch: Int, exits: [Int], losses: [Double],
    learningRate: Double, imagesPerSecond: Double, fractionDone: Double, secondsLeft: Double
  ) {
    self.phase = phase
    self.epoch = epoch
    self.step = step
    self.stepsPerEpoch = stepsPerEpoch
    self.exits = exits
    self.losses = losses
    self.learningRate = learningRate
    self.imagesPerSecond = imagesPerSecond
    self.fractionDone = fractionDone
    self.secondsLeft = secondsLeft
  }
}
