/// What was wrong with an operation's arguments: a sentence that names the operation and the shapes.
public struct TensorError: Error, Hashable, CustomStringConvertible {
  public let message: String

  public init(_ message: String) { self.message = message }

  public var description: String { message }
}
