/// Asks what may stand at a place in a cell.
public struct CompleteRequest: RequestContent {
  public static let type = "complete_request"

  public var code: String
  /// The cursor, in Unicode scalars from the start of `code`, and within it.
  public var position: Int

  public init(_ json: JSON) throws(ContentError) {
    let fields = try Fields(json, of: "a complete_request")
    code = try fields.string("code")
    position = try fields.cursor(in: code)
  }
}

/// What may stand at a place in a cell.
public struct CompleteReply: OutgoingContent, Hashable {
  public static let type = "complete_reply"

  /// One suggestion.
  public struct Match: Hashable, Sendable {
    /// The text that takes the place of what is there.
    public var text: String
    /// What it is, such as `function` or `struct`.
    public var kind: String
    /// Its parameters and type, for the eye.
    public var signature: String

    public init(text: String, kind: String, signature: String) {
      self.text = text
      self.kind = kind
      self.signature = signature
    }
  }

  /// The suggestions, best first.
  public var matches: [Match]
  /// What they replace, in Unicode scalars of the code.
  public var range: Range<Int>

  public init(matches: [Match], range: Range<Int>) {
    self.matches = matches
    self.range = range
  }

  public var json: JSON {
    let details = matches.map { match -> JSON in
      [
        "text": .string(match.text), "type": .string(match.kind),
        "signature": .string(match.signature), "start": .integer(range.lowerBound),
        "end": .integer(range.upperBound),
      ]
    }
    return [
      "status": "ok", "matches": .array(matches.map { .string($0.text) }),
      "cursor_start": .integer(range.lowerBound), "cursor_end": .integer(range.upperBound),
      "metadata": matches.isEmpty ? [:] : ["_jupyter_types_experimental": .array(details)],
    ]
  }
}

/// Asks what is known about the name at a place in a cell.
public struct InspectRequest: RequestContent {
  public static let type = "inspect_request"

  public var code: String
  /// The cursor, in Unicode scalars from the start of `code`, and within it.
  public var position: Int
  /// Whether the source is asked for, too (`detail_level` 1).
  public var wantsSource: Bool

  public init(_ json: JSON) throws(ContentError) {
    let fields = try Fields(json, of: "an inspect_request")
    code = try fields.string("code")
    position = try fields.cursor(in: code)
    wantsSource = try fields.integer("detail_level", default: 0) > 0
  }
}

/// What is known about a name; nil when nothing is.
public struct InspectReply: OutgoingContent, Hashable {
  public static let type = "inspect_reply"

  public var content: MIMEData?

  public init(_ content: MIMEData?) { self.content = content }

  public var json: JSON {
    let members = (content ?? MIMEData(data: [:])).members
    return .object(members.merging(["status": "ok", "found": .bool(content != nil)]) { $1 })
  }
}

extension Fields {
  /// `cursor_pos`, moved into the code where it lies outside; the end where there is none.
  func cursor(in code: String) throws(ContentError) -> Int {
    let end = code.unicodeScalars.count
    return min(max(0, try integer("cursor_pos", default: end)), end)
  }
}
