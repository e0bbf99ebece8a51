import SwiftParser
import SwiftSyntax

/// A cell as Swift's parser sees it: top-level items in order.
package struct ParsedCell {
  /// The cell's source, with line feeds only.
  package let source: String
  /// The items at the top level.
  let items: [CodeBlockItemSyntax]
  /// Whether the parser found a mistake; such a cell is compiled as it stands, for its messages.
  let hasErrors: Bool
  /// Where the brackets are that are too deep for Swift's parser; such a cell is not parsed.
  let tooDeep: (line: Int, depth: Int)?

  /// Parses a cell.
  package init(_ source: String) {
    let isPlain = !source.utf8.contains(UInt8(ascii: "\r"))
    self.source =
      isPlain ? source : String(source.unicodeScalars.filter { $0 != "\r" }.map(Character.init))
    let scan = SourceScan(Array(self.source.utf8))
    guard scan.isShallow else {
      tooDeep = (scan.deepestLine, scan.depth)
      (items, hasErrors) = ([], true)
      return
    }
    tooDeep = nil
    let tree = Parser.parse(source: self.source)
    items = Array(tree.statements)
    hasErrors = tree.hasError
  }

  /// The cell's `import` declarations, without comments.
  package var imports: [String] {
    items.compactMap { $0.item.as(ImportDeclSyntax.self)?.trimmedDescription }
  }

  /// The words of the cell: every name that it mentions is among them.
  var words: Set<String> {
    var words: Set<String> = []
    for token in items.lazy.flatMap({ $0.tokens(viewMode: .sourceAccurate) }) {
      let text = token.text.filter { $0 != "`" && $0 != "$" }
      words.insert(text)
      if text != token.text { words.insert(token.text) }
      if text.hasPrefix("_") { words.insert(String(text.dropFirst())) }
    }
    return words
  }

  /// Whether the cell makes a type conform to a protocol in an extension.
  ///
  /// Both may come from earlier cells, where everything counts as public; the members that satisfy
  /// the protocol would have to be public too.
  var declaresConformance: Bool {
    items.contains { $0.item.as(ExtensionDeclSyntax.self)?.inheritanceClause != nil }
  }

  /// Lines about brackets that are too deep.
  func depthAdvice(number: Int) -> [String] {
    guard let tooDeep else { return [] }
    let what =
      tooDeep.depth > 1 ? "\(tooDeep.depth) brackets are open within each other" : "words repeat"
    return [
      "\(Style.bold)In[\(number)]:\(tooDeep.line):\(Style.plain) \(Style.red)error:\(Style.plain) "
        + "\(Style.bold)this is nested too deeply to be read: \(what)\(Style.plain)",
      "  Close some of them, or build the value in steps.",
    ]
  }

  /// Whether the cell holds nothing to compile.
  package var isEmpty: Bool { items.isEmpty && !hasErrors }
}

extension CodeBlockItemSyntax {
  /// Whether the item runs, rather than declaring something without effect of its own.
  var isExecutable: Bool {
    guard let declaration = item.as(DeclSyntax.self) else { return true }
    return declaration.is(VariableDeclSyntax.self) || declaration.is(IfConfigDeclSyntax.self)
  }

  /// The name of a `guard let name = …` without further conditions, and its `let` or `var`.
  var guardedName: (name: TokenSyntax, binding: TokenSyntax)? {
    guard let conditions = item.as(GuardStmtSyntax.self)?.conditions, conditions.count == 1,
      case .optionalBinding(let binding)? = conditions.first?.condition, binding.initializer != nil,
      let name = binding.pattern.as(IdentifierPatternSyntax.self)?.identifier
    else { return nil }
    return (name, binding.bindingSpecifier)
  }

  /// The expression, if the item is one whose value can be shown.
  var shownExpression: ExprSyntax? {
    guard semicolon == nil, let expression = item.as(ExprSyntax.self) else { return nil }
    return expression.isAssignment ? nil : expression
  }
}

extension ExprSyntax {
  /// Whether the expression is an assignment, plain or compound.
  fileprivate var isAssignment: Bool {
    if let tried = self.as(TryExprSyntax.self) { return tried.expression.isAssignment }
    if let awaited = self.as(AwaitExprSyntax.self) { return awaited.expression.isAssignment }
    guard let sequence = self.as(SequenceExprSyntax.self) else { return false }
    return sequence.elements.contains { element in
      if element.is(AssignmentExprSyntax.self) { return true }
      guard let symbol = element.as(BinaryOperatorExprSyntax.self)?.operator.text else {
        return false
      }
      return symbol.hasSuffix("=") && !Self.comparisons.contains(symbol)
    }
  }

  private static let comparisons: Set = ["==", "!=", "<=", ">=", "===", "!==", "~=", ".==", ".!="]
}
