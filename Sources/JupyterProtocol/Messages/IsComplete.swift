/// Asks whether code can be run as it stands or waits for more lines.
public struct IsCompleteRequest: RequestContent {
  public static let type = "is_complete_request"

  public var code: String

  public init(_ json: JSON) throws(ContentError) {
    code = try Fields(json, of: "an is_complete_request").string("code")
  }
}

/// Whether code can be run as it stands.
public enum IsCompleteReply: OutgoingContent, Hashable {
  case complete
  /// More is to come; the next line should begin with `indent`.
  case incomplete(indent: String)
  case invalid

  public static let type = "is_complete_reply"

  public var json: JSON {
    switch self {
    case .complete: ["status": "complete"]
    case .incomplete(let indent): ["status": "incomplete", "indent": .string(indent)]
    case .invalid: ["status": "invalid"]
    }
  }
}
