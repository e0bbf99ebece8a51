/// How a training came to its end.
public enum TrainingOutcome: String, Hashable, Codable, Sendable {
  /// Every phase was trained to its end or to its early stop.
  case completed
  /// It was asked to stop; the model is as it was after the last step. ``Run/resumed(on:)`` goes on.
  case interrupted
  /// A loss or gradient was no longer finite; the model is as it was at the end of the last epoch
  /// that went well.
  case diverged
}

/// Training went wrong for good: a loss or a gradient is no longer a finite number.
///
/// ```swift
/// do {
///   run = try net.train(.joint, on: data, epochs: 20)
/// } catch let failure as TrainingDiverged {
///   run = failure.run
/// }
/// ```
public struct TrainingDiverged: Error, @unchecked Sendable, CustomStringConvertible {
  // Unchecked, because the run's model is not used by training any more once this is thrown.

  /// What happened, where, and what to try.
  public let message: String
  /// The training so far, with the model as it was at the end of the last good epoch.
  public let run: Run

  public var description: String { message }
}
