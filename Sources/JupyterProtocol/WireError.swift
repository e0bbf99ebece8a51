/// Why frames that arrived are not a message and are dropped.
public enum WireError: Error, Hashable, Sendable, CustomStringConvertible {
  /// No frame is the delimiter `<IDS|MSG>`.
  case missingDelimiter(frames: Int)
  /// Fewer than five frames follow the delimiter.
  case truncated(frames: Int)
  /// Not two frames follow the delimiter in a message without a header.
  case notContent(frames: Int)
  /// More bytes or more frames than a message may have.
  case tooLarge(bytes: Int, frames: Int)
  /// The signature is not that of the content under this connection's key.
  case wrongSignature
  /// The same signed message came before.
  case replayed
  /// A frame is not JSON.
  case malformed(frame: String, JSONError)
  /// The header lacks a field.
  case malformedHeader(ContentError)

  /// One sentence.
  public var description: String {
    switch self {
    case .missingDelimiter(let frames):
      "there is no delimiter <IDS|MSG> among its \(frames) frames"
    case .truncated(let frames):
      "expected a signature and four JSON frames after the delimiter, got \(frames) frames"
    case .notContent(let frames):
      "expected a signature and one JSON frame after the delimiter, got \(frames) frames"
    case .tooLarge(let bytes, let frames):
      "it is too large: \(bytes) bytes in \(frames) frames, at most "
        + "\(WireFormat.maximumBytes) in \(WireFormat.maximumFrames)"
    case .wrongSignature: "its signature does not match this connection's key"
    case .replayed: "the same signed message came before"
    case .malformed(let frame, let error): "its \(frame) is \(error)"
    case .malformedHeader(let error): "\(error)"
    }
  }
}
