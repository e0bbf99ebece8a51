/// Asks for a subshell: a line of requests beside the shell's own; has no content.
public enum CreateSubshellRequest { public static let type = "create_subshell_request" }

/// Names the new subshell.
public struct CreateSubshellReply: OutgoingContent, Hashable {
  public static let type = "create_subshell_reply"

  public var id: String

  public init(id: String) { self.id = id }

  public var json: JSON { ["status": "ok", "subshell_id": .string(id)] }
}

/// Asks to end a subshell.
public struct DeleteSubshellRequest: RequestContent, Hashable {
  public static let type = "delete_subshell_request"

  public var id: String

  public init(_ json: JSON) throws(ContentError) {
    id = try Fields(json, of: "a delete_subshell_request").string("subshell_id")
  }
}

/// Says that a subshell has ended.
public struct DeleteSubshellReply: OutgoingContent, Hashable {
  public static let type = "delete_subshell_reply"

  public init() {}

  public var json: JSON { ["status": "ok"] }
}

/// Asks which subshells there are; has no content.
public enum ListSubshellRequest { public static let type = "list_subshell_request" }

/// Names all subshells.
public struct ListSubshellReply: OutgoingContent, Hashable {
  public static let type = "list_subshell_reply"

  public var ids: [String]

  public init(ids: [String]) { self.ids = ids }

  public var json: JSON { ["status": "ok", "subshell_id": .array(ids.map { .string($0) })] }
}

extension Header {
  /// The subshell that a request is for; nil for the shell itself.
  public var subshell: String? { others["subshell_id"]?.string }
}
