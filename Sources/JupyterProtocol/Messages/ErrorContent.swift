/// An error as front ends show it; also the core of every reply with status `error`.
public struct ErrorContent: OutgoingContent, Hashable {
  public static let type = "error"

  /// A stable name, on which tools match.
  public var name: String
  /// One sentence.
  public var value: String
  /// Lines for a person; may hold ANSI colours.
  public var traceback: [String]

  public init(name: String, value: String, traceback: [String]) {
    self.name = name
    self.value = value
    self.traceback = traceback
  }

  public var json: JSON { .object(members) }

  var members: [String: JSON] {
    [
      "ename": .string(name), "evalue": .string(value),
      "traceback": .array(traceback.map { .string($0) }),
    ]
  }
}

/// A reply of any type that says only that the request failed.
public struct FailureReply: Sendable {
  public var error: ErrorContent

  public init(_ error: ErrorContent) { self.error = error }

  public var json: JSON { .object(error.members.merging(["status": "error"]) { $1 }) }
}
