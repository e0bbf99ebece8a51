/// A mistake in what was asked of training, or a training that cannot go on, in one sentence.
///
/// The sentence says what went wrong, where, what was found and expected, and what to do.
public struct TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let message: String

  /// An error that reads as `message`.
  public init(_ message: String) { self.message = message }

  public var description: String { message }
}

extension TrainingError {
  /// Throws unless there is at least one of `what` and no more than `most` of it.
  static func requireCount(_ count: Int, upTo most: Int, _ what: String) throws(TrainingError) {
    if !(1...most).contains(count) {
      throw TrainingError(
        "\(what) must be at least 1\(count < 1 ? "" : " and no more than \(most)"), got \(count).")
    }
  }
}
