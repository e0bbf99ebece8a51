/// Something that may stand at the cursor.
package struct Suggestion: Hashable, Sendable {
  /// The text that takes the place of what has been typed of it.
  package var text: String
  /// `function`, `struct`, `instance`, `keyword` and so on.
  package var kind: String
  /// Parameters and type, for the eye.
  package var signature: String

  package init(text: String, kind: String, signature: String) {
    self.text = text
    self.kind = kind
    self.signature = signature
  }
}

/// One result of sourcekitd's completion, and how well it fits.
struct RankedSuggestion {
  var suggestion: Suggestion
  private var rank: [Int]
  private var order: String

  /// The result if it begins with `prefix`, in whatever case.
  init?(_ value: SourceKitValue, prefix: String) {
    guard let text = value.text("key.sourcetext")?.upToPlaceholder, text.canBeCompleted(to: prefix),
      !text.isHidden
    else { return nil }
    let kind = value.name("key.kind") ?? ""
    let module = value.text("key.modulename") ?? ""
    let isDiscouraged = value.flag("key.not_recommended") || text.hasPrefix("_")
    rank = [
      isDiscouraged && !prefix.hasPrefix("_") ? 1 : 0,
      text.hasPrefix(prefix) ? 0 : 1,
      Self.origin(
        kind: kind, module: module, context: value.name("key.context") ?? "",
        isSystem: value.flag("key.is_system")),
      Self.fit(value.name("key.typerelation") ?? ""),
      Self.distance(value.name("key.context") ?? ""),
    ]
    order = text.lowercased()
    let type = value.text("key.typename") ?? ""
    suggestion = Suggestion(
      text: text, kind: Self.shortKind(kind),
      signature: Self.signature(
        description: value.text("key.description") ?? "", name: text, type: type, kind: kind))
  }

  /// Whether this one is to be shown first.
  func isBetter(than other: RankedSuggestion) -> Bool {
    if rank != other.rank { return rank.lexicographicallyPrecedes(other.rank) }
    return order < other.order
  }

  /// The notebook's own names, then the library's, the language's, and the system's.
  private static func origin(kind: String, module: String, context: String, isSystem: Bool) -> Int {
    if module.isCellModule || context.hasSuffix(".local") { return 0 }
    if kind.hasSuffix(".keyword") { return 2 }
    if !isSystem { return 1 }
    if ["Swift", "_Concurrency", "_StringProcessing"].contains(module) { return 2 }
    return module.hasPrefix("Foundation") ? 3 : 4
  }

  private static func fit(_ relation: String) -> Int {
    if relation.hasSuffix(".identical") { return 0 }
    if relation.hasSuffix(".convertible") { return 1 }
    return relation.hasSuffix(".invalid") ? 3 : 2
  }

  private static func distance(_ context: String) -> Int {
    switch context.split(separator: ".").last {
    case "exprspecific", "exprtype", "local": 0
    case "thisclass": 1
    case "superclass", "outsidenominal": 2
    default: 3
    }
  }

  private static func shortKind(_ kind: String) -> String {
    let parts = kind.split(separator: ".").dropFirst(kind.contains(".decl.") ? 4 : 3)
    return switch parts.first {
    case "function": "function"
    case "var": ["instance", "static", "class"].contains(parts.last) ? "property" : "instance"
    case "enumelement": "enum case"
    case .some(let part): String(part)
    case .none: "keyword"
    }
  }

  /// `(at: Int) -> Int` for a function, `: Int` for a value, nothing for a type.
  private static func signature(
    description: String, name: String, type: String, kind: String
  ) -> String {
    let bare = name.prefix { $0 != "(" }
    let rest =
      description.hasPrefix(bare) ? String(description.dropFirst(bare.count)) : description
    if kind.contains(".function.") { return type.isEmpty ? rest : "\(rest) -> \(type)" }
    let isValue = kind.contains(".var.") || kind.contains(".enumelement")
    return isValue && !type.isEmpty ? "\(rest.isEmpty || rest == name ? "" : rest): \(type)" : ""
  }
}

extension String {
  /// The text before the first `<#placeholder#>`, without blanks at its end.
  fileprivate var upToPlaceholder: String {
    guard let found = firstRange(of: "<#") else { return self }
    let text = self[..<found.lowerBound]
    return String(text.reversed().drop { $0 == " " }.reversed())
  }

  /// Whether this is a name, and typing on from `prefix` can lead to it.
  fileprivate func canBeCompleted(to prefix: String) -> Bool {
    guard let first = unicodeScalars.first, count >= prefix.count else { return false }
    guard first.isIdentifierPart || "`#@".unicodeScalars.contains(first) else { return false }
    return hasPrefix(prefix) || lowercased().hasPrefix(prefix.lowercased())
  }

  /// Whether the text is a name that cells are not meant to write.
  fileprivate var isHidden: Bool {
    self == "CellHooks" || hasPrefix("offrampTask") || hasPrefix("offrampGuarded_")
      || isCellModule
  }

  /// Whether this is the module of a cell: `Cell3`, `Cell3_2`.
  var isCellModule: Bool {
    guard hasPrefix("Cell") else { return false }
    let rest = dropFirst(4)
    return !rest.isEmpty && rest.allSatisfy { $0.isASCII && $0.isNumber || $0 == "_" }
  }
}

extension Unicode.Scalar {
  /// Whether a name in Swift can hold this: letters, digits, most signs beyond ASCII.
  var isIdentifierPart: Bool {
    switch value {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F: true
    case ..<0xA1: false
    case 0xA1...0xA7, 0xA9, 0xAB, 0xAC, 0xAE, 0xB0, 0xB1, 0xB6, 0xBB, 0xBF, 0xD7, 0xF7: false
    case 0x2000...0x200A, 0x2010...0x203E, 0x2041...0x2053, 0x2055...0x205F: false
    case 0x2190...0x23FF, 0x2500...0x2775, 0x2794...0x2BFF, 0x2E00...0x2E7F: isEmoji
    case 0x3000...0x3003, 0x3008...0x3030: false
    default: true
    }
  }

  private var isEmoji: Bool { properties.isEmojiPresentation }
}
