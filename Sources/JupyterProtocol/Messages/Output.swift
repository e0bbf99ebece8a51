/// Text on standard output or standard error.
public struct StreamOutput: OutgoingContent, Hashable {
  public static let type = "stream"

  /// `stdout` or `stderr`.
  public var name: String
  public var text: String

  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }

  public var json: JSON { ["name": .string(name), "text": .string(text)] }
}

/// A value in several representations: `data` and `metadata` of display messages.
public struct MIMEData: Hashable, Sendable {
  /// Content by media type: a string, base 64 for binary types, any JSON for JSON types.
  public var data: [String: JSON]
  public var metadata: [String: JSON]

  public init(data: [String: JSON], metadata: [String: JSON] = [:]) {
    self.data = data
    self.metadata = metadata
  }

  var members: [String: JSON] { ["data": .object(data), "metadata": .object(metadata)] }

  /// The entry in the payload of a reply that has the front end show this in its pager.
  var page: JSON { ["source": "page", "data": .object(data), "start": 0] }

  /// The reply to a user expression that could be evaluated.
  public var expressionReply: JSON { .object(members.merging(["status": "ok"]) { $1 }) }
}

/// A value shown while a cell runs.
public struct DisplayData: OutgoingContent {
  public static let type = "display_data"

  public var content: MIMEData
  /// Names the display for later updates.
  public var id: String?

  public init(_ content: MIMEData, id: String? = nil) {
    self.content = content
    self.id = id
  }

  public var json: JSON {
    let transient: JSON = id.map { ["display_id": .string($0)] } ?? [:]
    return .object(content.members.merging(["transient": transient]) { $1 })
  }
}

/// New content for the displays with an identifier.
public struct UpdateDisplayData: OutgoingContent {
  public static let type = "update_display_data"

  public var content: MIMEData
  public var id: String

  public init(_ content: MIMEData, id: String) {
    self.content = content
    self.id = id
  }

  public var json: JSON {
    .object(content.members.merging(["transient": ["display_id": .string(id)]]) { $1 })
  }
}

/// The value of a cell's last expression.
public struct ExecuteResult: OutgoingContent {
  public static let type = "execute_result"

  public var content: MIMEData
  public var executionCount: Int

  public init(_ content: MIMEData, executionCount: Int) {
    self.content = content
    self.executionCount = executionCount
  }

  public var json: JSON {
    .object(content.members.merging(["execution_count": .integer(executionCount)]) { $1 })
  }
}

/// Clears a cell's output, at once or when the next output comes.
public struct ClearOutput: OutgoingContent {
  public static let type = "clear_output"

  public var wait: Bool

  public init(wait: Bool) { self.wait = wait }

  public var json: JSON { ["wait": .bool(wait)] }
}
