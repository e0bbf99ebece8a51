/// A file of tensors that could not be written, read or used, told as one sentence.
public struct CheckpointError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What happened, with which file, and what to do.
  public let message: String

  /// An error that says `message`.
  public init(_ message: String) {
    self.message = message
  }

  public var description: String { message }
}
