@_spi(Reflection) import Swift

/// What is said of a type.
enum TypeHelp {
  /// The page about a type.
  static func text(_ type: Any.Type) -> String {
    var lines = [heading(of: type, style: nil)]
    lines += section("parts", parts(of: type))
    lines += section("cases", cases(of: type))
    lines += section("conforms to", [conformances(of: type)])
    return lines.joined(separator: "\n")
  }

  /// The type's name as source writes it, and where it comes from.
  static func heading(of type: Any.Type, style: Mirror.DisplayStyle?) -> String {
    let kind = style.flatMap { names[$0] }.map { "\($0) " } ?? ""
    let name = typeName(type)
    let qualified = _typeName(type, qualified: true)
    let home = qualified.firstIndex(of: ".").map { qualified[..<$0] }.map(place)
    return "\(kind)\(name)\(home ?? "")"
  }

  private static let names: [Mirror.DisplayStyle: String] = [
    .struct: "struct", .class: "class", .enum: "enum",
  ]

  /// Where a module's types come from: `Cell3` is what In[3] declares.
  private static func place(_ module: Substring) -> String {
    if module == "Swift" { return ", of Swift's standard library" }
    if let match = module.wholeMatch(of: #/Cell(\d+)(_\d+)?/#) {
      return ", declared in In[\(match.1)]"
    }
    return module.contains { !$0.isLetter && !$0.isNumber && $0 != "_" } ? "" : ", of \(module)"
  }

  /// A part of the page; nothing if it has no content.
  static func section(_ title: String, _ lines: [String]) -> [String] {
    let content = lines.filter { !$0.isEmpty }
    return content.isEmpty ? [] : ["", title] + content.map { "  \($0)" }
  }

  /// The protocols of the standard library and of this one that a type conforms to.
  static func conformances(of type: Any.Type) -> String {
    known.filter { $0.conforms(type) }.map(\.name).joined(separator: ", ")
  }

  private static let known: [(name: String, conforms: @Sendable (Any.Type) -> Bool)] = [
    ("Displayable", { $0 is any Displayable.Type }),
    ("Error", { $0 is any Error.Type }),
    ("Equatable", { $0 is any Equatable.Type }),
    ("Hashable", { $0 is any Hashable.Type }),
    ("Comparable", { $0 is any Comparable.Type }),
    ("Identifiable", { $0 is any Identifiable.Type }),
    ("Encodable", { $0 is any Encodable.Type }),
    ("Decodable", { $0 is any Decodable.Type }),
    ("CaseIterable", { $0 is any CaseIterable.Type }),
    ("RawRepresentable", { $0 is any RawRepresentable.Type }),
    ("CustomStringConvertible", { $0 is any CustomStringConvertible.Type }),
    ("Sequence", { $0 is any Sequence.Type }),
    ("Collection", { $0 is any Collection.Type }),
    ("RandomAccessCollection", { $0 is any RandomAccessCollection.Type }),
    ("Numeric", { $0 is any Numeric.Type }),
    ("BinaryInteger", { $0 is any BinaryInteger.Type }),
    ("FloatingPoint", { $0 is any FloatingPoint.Type }),
    ("Actor", { $0 is any Actor.Type }),
  ]

  /// A line for each stored property of a type.
  private static func parts(of type: Any.Type) -> [String] {
    var table = Table(rows: [])
    // 1: the properties of classes too.
    let options = _EachFieldOptions(rawValue: type is AnyClass ? 1 : 0)
    _forEachField(of: type, options: options) { name, _, type, _ in
      table.rowNames.append(String(cString: name))
      table.rows.append([.text(typeName(type))])
      return true
    }
    return table.rows.isEmpty ? [] : table.text.split(separator: "\n").map(String.init)
  }

  private static func cases(of type: Any.Type) -> [String] {
    (type as? any CaseIterable.Type).map { allCases($0) } ?? []
  }

  private static func allCases<Cases: CaseIterable>(_ type: Cases.Type) -> [String] {
    type.allCases.prefix(60).map { String(describing: $0) }
  }
}
