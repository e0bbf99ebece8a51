package import Display
public import Training

/// Shows every training of the process below the running cell while it goes on.
///
/// A training has one display that is updated in place, a few times a second at most. When another
/// training follows directly, as in a loop over regimes and seeds, the finished one is folded to a
/// line.
public final class TrainingDisplay: TrainingObserver {
  private let interval: Duration
  private let ownSink: (any DisplaySink)?
  private let clock = ContinuousClock()
  private var shown: (view: TrainingView, id: String)?
  private var drawn: ContinuousClock.Instant?
  private var ended: ContinuousClock.Instant?

  /// A display that is redrawn at most every `interval`.
  public init(interval: Duration = .milliseconds(250)) {
    self.interval = interval
    ownSink = nil
  }

  /// A display that leads somewhere else than the process's output.
  package init(interval: Duration, sink: any DisplaySink) {
    self.interval = interval
    ownSink = sink
  }

  private var sink: any DisplaySink { ownSink ?? DisplayOutput.sink }

  public func trainingBegan(_ training: TrainingOutline) {
    foldPrevious()
    let view = TrainingView(training)
    let id = "training-" + String(UInt64.random(in: 0 ... .max), radix: 16)
    shown = (view, id)
    sink.show(view.display, id: id)
    drawn = clock.now
  }

  public func batchEnded(_ progress: BatchProgress) {
    guard let view = shown?.view else { return }
    let before = Double(view.epochsBefore(phase: progress.phase) + progress.epoch - 1)
    let share = Double(progress.step) / Double(max(1, progress.stepsPerEpoch))
    shown?.view.losses.add(progress.losses, of: progress.exits, at: before + share)
    shown?.view.progress = progress
    if let drawn, clock.now - drawn < interval { return }
    draw()
  }

  public func epochEnded(_ epoch: EpochRecord, of history: History) {
    shown?.view.history = history
  }

  public func trainingEnded(_ run: Run) {
    shown?.view.history = run.history
    shown?.view.isComplete = !run.isInterrupted
    let epochs = run.history.epochs.count == 1 ? "1 epoch" : "\(run.history.epochs.count) epochs"
    let time = Written.time(run.record.seconds)
    let accuracies = zip(run.record.exits, run.validationAccuracies ?? []).map {
      "\($0) \(Written.percent($1))"
    }
    let result = accuracies.isEmpty ? "" : " · validation: " + accuracies.joined(separator: ", ")
    finish("\(run.isInterrupted ? "interrupted after" : "trained") \(epochs) in \(time)\(result)")
  }

  public func trainingFailed(_ error: any Error) { finish("ended by an error") }

  private func finish(_ sentence: String) {
    shown?.view.ending = sentence
    draw()
    ended = clock.now
  }

  private func draw() {
    guard let (view, id) = shown else { return }
    sink.update(view.display, id: id)
    drawn = clock.now
  }

  /// Folds the training before this one if it ended just now.
  private func foldPrevious() {
    guard shown?.view.ending != nil, let ended, clock.now - ended < .seconds(3) else { return }
    shown?.view.isFolded = true
    draw()
  }
}
