/// One value in several representations, as Jupyter front ends choose between them.
///
/// A bundle always carries `text/plain`; richer types come beside it.
public struct MIMEBundle: Hashable, Sendable {
  /// The content for one media type.
  public enum Content: Hashable, Sendable {
    /// Text as it stands: `text/plain`, `text/html`, `image/svg+xml`.
    case text(String)
    /// Bytes, sent as base64: `image/png`.
    case bytes([UInt8])
    /// A JSON document, already serialised: `application/json`, widget views.
    case json(String)
  }

  /// The representations, by media type.
  public var data: [String: Content]
  /// Metadata for front ends, by media type; each value a JSON document.
  public var metadata: [String: String]

  /// A bundle of plain text and, if given, richer representations.
  public init(plain: String, _ richer: [String: Content] = [:], metadata: [String: String] = [:]) {
    data = richer.merging(["text/plain": .text(plain)]) { _, plain in plain }
    self.metadata = metadata
  }
}
