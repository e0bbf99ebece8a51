import Synchronization

/// Makes the messages of one session: gives each its identifier and its date.
public final class MessageFactory: Sendable {
  /// Names this session in every header.
  public let session: String
  private let username: String
  private let count = Atomic<Int>(0)

  /// - Parameters:
  ///   - session: a name no other session has; by default 32 random hexadecimal digits.
  ///   - username: whom the messages are from.
  public init(session: String = Identifier.random(), username: String = "offramp") {
    self.session = session
    self.username = username
  }

  /// A message with a fresh header.
  ///
  /// - Parameter parent: the header of the request that causes it.
  public func message(
    _ type: String, content: JSON, parent: Header? = nil, metadata: JSON = [:],
    identities: [[UInt8]] = [], buffers: [[UInt8]] = []
  ) -> Message {
    let number = count.wrappingAdd(1, ordering: .relaxed).newValue
    let header = Header(
      id: "\(session)_\(number)", session: session, username: username, date: Timestamp.now(),
      type: type)
    return Message(
      identities: identities, header: header, parentHeader: parent?.json ?? [:],
      metadata: metadata, content: content, buffers: buffers)
  }

  /// A message with content of a known type.
  public func message<Content: OutgoingContent>(
    _ content: Content, parent: Header? = nil, identities: [[UInt8]] = []
  ) -> Message {
    message(
      Content.type, content: content.json, parent: parent, metadata: content.metadata,
      identities: identities, buffers: content.buffers)
  }
}

/// Random names.
public enum Identifier {
  /// 32 random hexadecimal digits.
  public static func random() -> String {
    let digits = Array("0123456789abcdef")
    return String((0..<32).map { _ in digits[Int.random(in: 0..<16)] })
  }
}
