/// Asks to run a piece of code.
public struct ExecuteRequest: RequestContent {
  public static let type = "execute_request"

  public var code: String
  /// No output, no count, no history.
  public var silent: Bool
  /// Whether the cell gets a number of its own; never with `silent`.
  public var storeHistory: Bool
  /// Expressions to evaluate after the code has run, by name.
  public var userExpressions: [String: String]
  /// Whether the front end answers requests for input.
  public var allowStdin: Bool
  /// Whether an error aborts the requests that wait behind this one.
  public var stopOnError: Bool

  public init(_ json: JSON) throws(ContentError) {
    let fields = try Fields(json, of: "an execute_request")
    code = try fields.string("code")
    silent = try fields.bool("silent", default: false)
    storeHistory = try fields.bool("store_history", default: true) && !silent
    allowStdin = try fields.bool("allow_stdin", default: true)
    stopOnError = try fields.bool("stop_on_error", default: true)
    userExpressions = [:]
    for (name, expression) in try fields.object("user_expressions", default: [:]) {
      guard let expression = expression.string else {
        throw ContentError(
          "`\(name)` in user_expressions must be a string, got \(expression.kind)")
      }
      userExpressions[name] = expression
    }
  }
}

/// How an execution ended.
public struct ExecuteReply: OutgoingContent {
  public static let type = "execute_reply"

  /// The three ways to end.
  public enum Status: Hashable, Sendable {
    /// It ran to its end; `pages` are texts for reading beside the notebook.
    case ok(userExpressions: [String: JSON], pages: [MIMEData] = [])
    case error(ErrorContent)
    /// Not run, because an earlier request failed.
    case aborted
  }

  public var status: Status
  public var executionCount: Int

  public init(_ status: Status, executionCount: Int) {
    self.status = status
    self.executionCount = executionCount
  }

  public var json: JSON {
    var members: [String: JSON]
    switch status {
    case .ok(let expressions, let pages):
      members = [
        "status": "ok", "user_expressions": .object(expressions),
        "payload": .array(pages.map(\.page)),
      ]
    case .error(let error): members = error.members.merging(["status": "error"]) { $1 }
    case .aborted: members = ["status": "aborted"]
    }
    members["execution_count"] = .integer(executionCount)
    return .object(members)
  }
}

/// Tells every front end what code is about to run.
public struct ExecuteInput: OutgoingContent {
  public static let type = "execute_input"

  public var code: String
  public var executionCount: Int

  public init(code: String, executionCount: Int) {
    self.code = code
    self.executionCount = executionCount
  }

  public var json: JSON { ["code": .string(code), "execution_count": .integer(executionCount)] }
}
