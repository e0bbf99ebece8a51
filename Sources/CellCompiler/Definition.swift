/// Something that a cell leaves for later cells.
package struct Definition: Hashable, Sendable {
  /// What is defined, as an `import` of one declaration names it.
  package enum Kind: String, Sendable {
    case variable = "var"
    case function = "func"
    case structure = "struct"
    case enumeration = "enum"
    case reference = "class"
    case requirements = "protocol"
    case alias = "typealias"
    /// A member of an extension, a conformance, or an operator: it has no name by which Swift could
    /// import it alone.
    case nameless
  }

  /// What is defined.
  package var kind: Kind
  /// The name by which later cells refer to it.
  package var name: String
  /// What tells it from others of the same name: a function's labels and types.
  package var signature = ""
  /// The index of the top-level item that defines it.
  package var item: Int
  /// The bytes of the cell that a nameless definition takes.
  var place: Range<Int> = 0..<0

  package static func == (a: Self, b: Self) -> Bool {
    (a.kind, a.name, a.signature, a.item) == (b.kind, b.name, b.signature, b.item)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(item)
  }

  /// Whether defining this makes `earlier` unreachable.
  ///
  /// A function replaces one of the same labels and types and is an overload beside any other.
  func supersedes(_ earlier: Definition) -> Bool {
    guard name == earlier.name, (kind == .nameless) == (earlier.kind == .nameless) else {
      return false
    }
    return kind != .function || earlier.kind != .function || signature == earlier.signature
  }
}
