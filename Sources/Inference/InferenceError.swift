/// What is wrong with an evaluation or a policy, as a sentence: what, where, got, expected.
public struct InferenceError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The sentence.
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
