/// A value as a bundle: its own if it is ``Displayable``, its description otherwise.
///
/// An array, set or dictionary of more than a thousand elements
/// shows the first thousand and says how many there are.
public func bundle(for value: Any) -> MIMEBundle {
  if let displayable = value as? any Displayable { return displayable.display }
  if let long = value as? any Abbreviated, let text = long.abbreviation {
    return MIMEBundle(plain: text)
  }
  return MIMEBundle(plain: String(describing: value))
}

extension MIMEBundle {
  /// The `text/plain` representation.
  public var plainText: String {
    if case .text(let text) = data["text/plain"] { text } else { "" }
  }
}

/// A standard collection, described in full only while that is readable.
private protocol Abbreviated {
  /// The description of a prefix, or `nil` if the whole is short enough.
  var abbreviation: String? { get }
}

private let longestDescription = 1000

extension Collection {
  fileprivate func abbreviated(_ describe: (Element) -> String) -> String? {
    guard count > longestDescription else { return nil }
    let shown = prefix(longestDescription).map(describe).joined(separator: ", ")
    return "[\(shown), … \(count) elements]"
  }
}

extension Array: Abbreviated {
  fileprivate var abbreviation: String? { abbreviated { String(reflecting: $0) } }
}

extension ArraySlice: Abbreviated {
  fileprivate var abbreviation: String? { abbreviated { String(reflecting: $0) } }
}

extension ContiguousArray: Abbreviated {
  fileprivate var abbreviation: String? { abbreviated { String(reflecting: $0) } }
}

extension Set: Abbreviated {
  fileprivate var abbreviation: String? { abbreviated { String(reflecting: $0) } }
}

extension Dictionary: Abbreviated {
  fileprivate var abbreviation: String? {
    abbreviated { "\(String(reflecting: $0.key)): \(String(reflecting: $0.value))" }
  }
}
