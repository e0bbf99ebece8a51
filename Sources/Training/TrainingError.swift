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
