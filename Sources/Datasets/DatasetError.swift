/// What is wrong with a data set, as a sentence: what, where, got, expected, what to do.
public struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
