/// Messages as ZeroMQ frames, and back.
///
/// ```
/// identities…  <IDS|MSG>  signature  header  parent_header  metadata  content  buffers…
/// ```
///
/// The signature covers the four JSON frames exactly as they are on the wire.
public struct WireFormat: Sendable {
  /// The frame between identities and signature.
  public static let delimiter = Array("<IDS|MSG>".utf8)
  /// How large a message that arrives may be, in bytes.
  public static let maximumBytes = 256 << 20
  /// How many frames a message that arrives may have.
  public static let maximumFrames = 4096

  private let signer: Signer?
  private let replays = ReplayGuard()

  /// - Parameter key: the connection's secret; empty for messages without signatures.
  public init(key: [UInt8]) { signer = Signer(key: key) }

  /// The frames of a message, signed.
  public func frames(of message: Message) -> [[UInt8]] {
    let parts = [
      message.header.json.bytes, message.parentHeader.bytes, message.metadata.bytes,
      message.content.bytes,
    ]
    let signature = signer?.signature(of: parts) ?? []
    return message.identities + [Self.delimiter, signature] + parts + message.buffers
  }

  /// The message in frames that arrived.
  ///
  /// - Throws: `WireError`; the frames are then to be dropped.
  public func message(from frames: [[UInt8]]) throws(WireError) -> Message {
    let bytes = frames.reduce(0) { $0 + $1.count }
    guard bytes <= Self.maximumBytes, frames.count <= Self.maximumFrames else {
      throw .tooLarge(bytes: bytes, frames: frames.count)
    }
    guard let delimiter = frames.firstIndex(of: Self.delimiter) else {
      throw .missingDelimiter(frames: frames.count)
    }
    let rest = Array(frames[(delimiter + 1)...])
    guard rest.count >= 5 else { throw .truncated(frames: rest.count) }
    let parts = Array(rest[1..<5])
    try authenticate(rest[0], parts)
    return Message(
      identities: Array(frames[..<delimiter]),
      header: try header(try json(parts[0], "header")),
      parentHeader: try json(parts[1], "parent header"), metadata: try json(parts[2], "metadata"),
      content: try json(parts[3], "content"), buffers: Array(rest[5...]))
  }

  /// The frames of signed content without a header, as they are exchanged before a kernel's sockets
  /// are known (protocol 5.6).
  public func frames(ofContent content: JSON) -> [[UInt8]] {
    let bytes = content.bytes
    return [Self.delimiter, signer?.signature(of: [bytes]) ?? [], bytes]
  }

  /// The content in frames that arrived, which have no header.
  ///
  /// - Throws: `WireError`; the frames are then to be dropped.
  public func content(from frames: [[UInt8]]) throws(WireError) -> JSON {
    guard let delimiter = frames.firstIndex(of: Self.delimiter) else {
      throw .missingDelimiter(frames: frames.count)
    }
    let rest = Array(frames[(delimiter + 1)...])
    guard rest.count == 2 else { throw .notContent(frames: rest.count) }
    try authenticate(rest[0], [rest[1]])
    return try json(rest[1], "content")
  }

  private func authenticate(_ signature: [UInt8], _ parts: [[UInt8]]) throws(WireError) {
    guard let signer else { return }
    guard signer.isValid(signature, of: parts) else { throw .wrongSignature }
    guard replays.admit(signature) else { throw .replayed }
  }

  private func header(_ json: JSON) throws(WireError) -> Header {
    do { return try Header(json) } catch { throw .malformedHeader(error) }
  }

  private func json(_ frame: [UInt8], _ name: String) throws(WireError) -> JSON {
    do { return try JSON(parsing: frame) } catch { throw .malformed(frame: name, error) }
  }
}
