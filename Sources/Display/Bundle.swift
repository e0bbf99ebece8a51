/// A value as a bundle, as a notebook shows it.
///
/// A ``Displayable`` value shows itself, and so does one that offers media through Swift's own
/// protocols (`CustomPlaygroundDisplayConvertible`, `CustomReflectable`). Of any other value its
/// parts are shown, as a table where one helps; numbers, texts and short lists stay plain text. What
/// is long is cut, and the cost is bounded however large the value is.
public func bundle(for value: Any) -> MIMEBundle {
  if let text = value as? String { return MIMEBundle(plain: Sketcher.bounded(text, to: 1_000_000)) }
  if let displayable = value as? any Displayable { return displayable.display }
  var sketcher = Sketcher()
  return sketcher.sketch(value).bundle
}

extension MIMEBundle {
  /// The `text/plain` representation.
  public var plainText: String {
    if case .text(let text) = data["text/plain"] { text } else { "" }
  }
}
