/// One Jupyter message, in either direction.
public struct Message: Hashable, Sendable {
  /// The frames before the delimiter: a peer's identity on a ROUTER, a topic on an XPUB.
  public var identities: [[UInt8]]
  public var header: Header
  /// The header of the message that caused this one; an empty object when nothing did.
  public var parentHeader: JSON
  public var metadata: JSON
  public var content: JSON
  /// Binary data after the four JSON frames; not signed.
  public var buffers: [[UInt8]]

  public init(
    identities: [[UInt8]] = [], header: Header, parentHeader: JSON = [:], metadata: JSON = [:],
    content: JSON, buffers: [[UInt8]] = []
  ) {
    self.identities = identities
    self.header = header
    self.parentHeader = parentHeader
    self.metadata = metadata
    self.content = content
    self.buffers = buffers
  }
}

/// The content of one type of message that a kernel sends.
public protocol OutgoingContent: Sendable {
  /// Its `msg_type`.
  static var type: String { get }
  /// The content as JSON.
  var json: JSON { get }
  /// What goes beside the content; an empty object unless the type says otherwise.
  var metadata: JSON { get }
  /// Binary data that the content refers to; none unless the type says otherwise.
  var buffers: [[UInt8]] { get }
}

extension OutgoingContent {
  public var metadata: JSON { [:] }
  public var buffers: [[UInt8]] { [] }
}

/// The content of one type of request that a kernel understands.
public protocol RequestContent: Sendable {
  /// Its `msg_type`.
  static var type: String { get }
  /// - Throws: `ContentError` when a required field is missing or a field has the wrong type.
  init(_ json: JSON) throws(ContentError)
}
