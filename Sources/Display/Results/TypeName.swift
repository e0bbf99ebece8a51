/// A type's name as it is written in source: `[Int]`, `String?`, `Person`.
func typeName(_ type: Any.Type) -> String {
  if let sugared = type as? any Sugared.Type { return sugared.sugaredName }
  return _typeName(type, qualified: false)
}

/// A type that source writes in a shorter way than by its name.
private protocol Sugared {
  static var sugaredName: String { get }
}

extension Array: Sugared {
  fileprivate static var sugaredName: String { "[\(typeName(Element.self))]" }
}

extension Dictionary: Sugared {
  fileprivate static var sugaredName: String {
    "[\(typeName(Key.self)): \(typeName(Value.self))]"
  }
}

extension Optional: Sugared {
  fileprivate static var sugaredName: String { "\(typeName(Wrapped.self))?" }
}
