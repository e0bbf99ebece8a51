/// Who sent a message, when, and of what type it is.
public struct Header: Hashable, Sendable {
  /// The version of the Jupyter messaging protocol that is spoken here.
  ///
  /// 5.5: interrupts and shutdown on the control channel, `kernel_info` on shell and control, an
  /// XPUB socket with `iopub_welcome`, `supported_features`, subshells. 5.6: a kernel may be given
  /// a registration file and choose its own ports. The debugger is optional, and is not here.
  public static let protocolVersion = "5.6"

  /// Names this message; replies carry it in their parent header.
  public var id: String
  /// Names the sender's session.
  public var session: String
  public var username: String
  /// When it was made, in ISO 8601.
  public var date: String
  /// The kind of message, such as `execute_request`.
  public var type: String
  public var version: String
  /// Fields of later protocol versions, kept so that a parent header is given back as it came.
  public var others: [String: JSON]

  public init(
    id: String, session: String, username: String, date: String, type: String,
    version: String = Header.protocolVersion, others: [String: JSON] = [:]
  ) {
    self.id = id
    self.session = session
    self.username = username
    self.date = date
    self.type = type
    self.version = version
    self.others = others
  }
}

extension Header {
  /// The header as the JSON object that goes on the wire.
  public var json: JSON {
    let own: [String: JSON] = [
      "msg_id": .string(id), "session": .string(session), "username": .string(username),
      "date": .string(date), "msg_type": .string(type), "version": .string(version),
    ]
    return .object(others.merging(own) { _, own in own })
  }

  /// Reads a header.
  ///
  /// - Throws: `ContentError` when `msg_id`, `session` or `msg_type` is missing or no string.
  public init(_ json: JSON) throws(ContentError) {
    let fields = try Fields(json, of: "a header")
    self.init(
      id: try fields.string("msg_id"), session: try fields.string("session"),
      username: try fields.string("username", default: ""),
      date: try fields.string("date", default: ""), type: try fields.string("msg_type"),
      version: try fields.string("version", default: "5.0"),
      others: fields.others(than: ["msg_id", "session", "username", "date", "msg_type", "version"]))
  }
}
