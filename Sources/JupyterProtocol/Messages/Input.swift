/// Asks the user of the front end whose cell is running for a line of text.
public struct InputPrompt: OutgoingContent, Hashable {
  public static let type = "input_request"

  /// What the user is asked.
  public var prompt: String
  /// Whether the text is hidden while it is typed.
  public var isPassword: Bool

  public init(prompt: String, isPassword: Bool) {
    self.prompt = prompt
    self.isPassword = isPassword
  }

  public var json: JSON { ["prompt": .string(prompt), "password": .bool(isPassword)] }
}

/// The line that the user has typed.
public struct InputAnswer: RequestContent, Hashable {
  public static let type = "input_reply"

  public var value: String

  public init(_ json: JSON) throws(ContentError) {
    value = try Fields(json, of: "an input_reply").string("value")
  }
}
