/// A line of text that a running cell asks for.
public struct InputRequest: Hashable, Sendable {
  /// What the user is asked.
  public var prompt: String
  /// Whether the text is hidden while it is typed.
  public var isSecret: Bool

  public init(prompt: String, isSecret: Bool) {
    self.prompt = prompt
    self.isSecret = isSecret
  }
}

/// What came of asking.
public enum InputReply: Hashable, Sendable {
  /// The line, without its end.
  case line(String)
  /// Nobody can be asked.
  case unavailable
  /// The user interrupted instead.
  case interrupted
}
