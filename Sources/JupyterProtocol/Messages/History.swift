/// Asks what was run before.
public struct HistoryRequest: RequestContent, Hashable {
  public static let type = "history_request"

  /// Which cells are asked for.
  public enum Selection: Hashable, Sendable {
    /// The last `count` cells of all sessions.
    case tail(count: Int)
    /// Cells of one session, from line `start` up to but not including `stop`.
    ///
    /// Session 0 is the present one, -1 the one before it; so are negative lines of the present
    /// session counted from its end. No `stop`, or 0, means the end of the session.
    case range(session: Int, start: Int, stop: Int?)
    /// Cells that match a pattern with `*`, `?` and `[…]`: the last `count` of them, or all.
    case search(pattern: String, count: Int?, unique: Bool)
  }

  public var selection: Selection
  /// Whether the text of each cell's result is asked for, too.
  public var wantsOutput: Bool

  public init(_ json: JSON) throws(ContentError) {
    let fields = try Fields(json, of: "a history_request")
    wantsOutput = try fields.bool("output", default: false)
    let count = try fields.optionalInteger("n")
    switch try fields.string("hist_access_type") {
    case "tail": selection = .tail(count: count ?? Self.defaultTail)
    case "range":
      selection = .range(
        session: try fields.integer("session", default: 0),
        start: try fields.integer("start", default: 0),
        stop: try fields.optionalInteger("stop"))
    case "search":
      selection = .search(
        pattern: try fields.string("pattern", default: "*"), count: count,
        unique: try fields.bool("unique", default: false))
    case let other:
      throw ContentError(
        "`hist_access_type` in a history_request must be `tail`, `range` or `search`, "
          + "got `\(other)`")
    }
  }

  /// How many cells a tail has when its length is not given.
  public static let defaultTail = 10
}

/// What was run before, oldest first.
public struct HistoryReply: OutgoingContent, Hashable {
  public static let type = "history_reply"

  /// One cell.
  public struct Entry: Hashable, Sendable {
    /// The session it ran in, counted over all sessions.
    public var session: Int
    /// Its number, as in `In[line]`.
    public var line: Int
    /// Its code.
    public var input: String
    /// The text of its result, if it had one.
    public var output: String?

    public init(session: Int, line: Int, input: String, output: String? = nil) {
      self.session = session
      self.line = line
      self.input = input
      self.output = output
    }
  }

  public var entries: [Entry]
  /// Whether outputs are given beside the inputs.
  public var hasOutput: Bool

  public init(_ entries: [Entry], hasOutput: Bool) {
    self.entries = entries
    self.hasOutput = hasOutput
  }

  public var json: JSON {
    ["status": "ok", "history": .array(entries.map(json(of:)))]
  }

  private func json(of entry: Entry) -> JSON {
    let input = JSON.string(entry.input)
    let output = entry.output.map { JSON.string($0) } ?? .null
    return [
      .integer(entry.session), .integer(entry.line), hasOutput ? [input, output] : input,
    ]
  }
}
