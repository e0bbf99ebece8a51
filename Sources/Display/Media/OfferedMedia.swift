/// What a value that knows nothing of this module offers of itself, through protocols of Swift's own
/// library.
///
/// - `CustomPlaygroundDisplayConvertible`: its `playgroundDescription` is shown in its place; a
///   dictionary from media types to content is a bundle.
/// - `CustomReflectable`: a mirror whose children are labelled with media types is a bundle.
///
/// ```swift
/// extension Swatch: CustomPlaygroundDisplayConvertible {
///   public var playgroundDescription: Any { ["text/html": "<b style='color:\(name)'>■</b>"] }
/// }
/// ```
/// Jupyter's own names for methods of this kind, such as `_repr_html_`, stand for their media types.
func offeredMedia(by value: Any) -> MIMEBundle? {
  if let picture = picture(inBytes: value) { return picture }
  if let offering = value as? any CustomPlaygroundDisplayConvertible {
    return bundle(ofDescription: offering.playgroundDescription, of: value)
  }
  if let offering = value as? any CustomReflectable {
    let children = offering.customMirror.children.prefix(mostMedia)
    let content = children.map { (label: $0.label ?? "", value: $0.value) }
    return MIMEBundle(content: content, of: value)
  }
  return nil
}

private let mostMedia = 12

/// The picture that the bytes of a type such as Foundation's `Data` hold.
private func picture(inBytes value: Any) -> MIMEBundle? {
  guard let bytes = value as? any RandomAccessCollection<UInt8>,
    !(value is any LazySequenceProtocol),
    !_typeName(type(of: value), qualified: true).hasPrefix("Swift.")
  else { return nil }
  return picture(in: bytes)
}

private func picture(in bytes: some RandomAccessCollection<UInt8>) -> MIMEBundle? {
  guard ImageFormat(Array(bytes.prefix(1000))) != nil else { return nil }
  return Picture(recognizing: Array(bytes))?.display
}

private func bundle(ofDescription description: Any, of value: Any) -> MIMEBundle? {
  // A type that describes itself by itself, or by a text where it has one, offers nothing new.
  if type(of: description) == type(of: value) { return nil }
  if description is String, value is any CustomStringConvertible { return nil }
  if let content = description as? [String: Any],
    let bundle = MIMEBundle(content: content.map { ($0.key, $0.value) }, of: value)
  {
    return bundle
  }
  return bundle(for: description)
}

extension MIMEBundle {
  private static let names = [
    "_repr_html_": "text/html", "_repr_svg_": "image/svg+xml", "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg", "_repr_markdown_": "text/markdown", "_repr_latex_": "text/latex",
    "_repr_json_": "application/json",
  ]

  /// A bundle of content labelled with media types; `nil` unless all of it is.
  fileprivate init?(content: [(label: String, value: Any)], of value: Any) {
    var data: [String: Content] = [:]
    for (label, value) in content {
      let type = Self.names[label] ?? label
      guard Self.isMediaType(type), let content = Self.content(value, type: type) else {
        return nil
      }
      data[type] = content
    }
    guard !data.isEmpty else { return nil }
    let described = (value as? any CustomStringConvertible)?.description
    self.init(plain: described ?? typeName(Swift.type(of: value)))
    self.data.merge(data) { $1 }
  }

  private static func content(_ value: Any, type: String) -> Content? {
    switch value {
    case let bytes as [UInt8]: return .bytes(bytes)
    case let text as String:
      guard type.hasSuffix("json") else { return .text(text) }
      return (try? JSONDocument(text)).map { .json($0.source) }
    default: return nil
    }
  }

  private static func isMediaType(_ label: String) -> Bool {
    let parts = label.split(separator: "/", omittingEmptySubsequences: false)
    return parts.count == 2
      && parts.allSatisfy { part in
        !part.isEmpty
          && part.unicodeScalars.allSatisfy { $0.isASCII && $0.value > 0x20 && $0 != "\"" }
      }
  }
}
