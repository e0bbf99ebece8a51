import SwiftParser
import SwiftSyntax

/// What is known about a name, for a person.
package struct Inspection: Hashable, Sendable {
  /// As text.
  package var plain: String
  /// As HTML.
  package var html: String
}

extension Inspection {
  init(
    _ subject: NameDescription, initializers: [NameDescription], known: InsightScope, code: String,
    withSource: Bool
  ) {
    let cell = known.sources[subject.module]
    let isOwn = subject.module == "NextCell"
    let definition = (cell?.text ?? (isOwn ? code : nil)).flatMap {
      SourceDefinition(of: subject.name, in: $0)
    }
    let documented = [subject] + initializers
    let comment =
      documented.map(\.documentation).first { !$0.isEmpty } ?? definition?.documentation ?? ""
    let more = initializers.map(\.declaration)
    let place =
      cell.map { "In[\($0.number)]" } ?? (isOwn ? "this cell" : "module \(subject.module)")
    var blocks = [DocumentBlock.code(([subject.declaration] + more).joined(separator: "\n"))]
    blocks.append(.note(subject.module.isEmpty ? "" : "\(subject.kindText) of \(place)"))
    blocks += DocumentBlock.parse(comment)
    for initializer in initializers where initializer.documentation != comment {
      blocks += DocumentBlock.parse(initializer.documentation)
    }
    if withSource, let definition {
      blocks += [.note("Source in \(place)"), .code(definition.text)]
    }
    plain = blocks.map(\.plain).filter { !$0.isEmpty }.joined(separator: "\n\n")
    html = blocks.map(\.html).joined()
  }
}

extension NameDescription {
  /// `Variable`, `Function` and so on.
  fileprivate var kindText: String {
    let parts = kind.split(separator: ".").dropFirst(4)
    return switch (parts.first, parts.last) {
    case ("var", "instance"), ("var", "static"), ("var", "class"): "Property"
    case ("var", _): "Variable"
    case ("function", "constructor"): "Initializer"
    case ("function", "free"): "Function"
    case ("function", "subscript"): "Subscript"
    case ("function", "operator"): "Operator"
    case ("function", _): "Method"
    case ("enumelement", _): "Enum case"
    case ("typealias", _): "Type alias"
    case ("generic_type_param", _): "Type parameter"
    case (.some(let part), _): part.prefix(1).uppercased() + part.dropFirst()
    case (.none, _): "Part"
    }
  }
}

/// A declaration as the user wrote it.
struct SourceDefinition {
  /// The declaration.
  var text: String
  /// Its doc comment, in Markdown.
  var documentation: String

  /// The declaration of a name in a cell's text; `nil` if there is none.
  ///
  /// - Parameter name: As sourcekitd gives it: `f(a:)`, `x`, `P`.
  init?(of name: String, in source: String) {
    let finder = DeclarationFinder(name: String(name.prefix { $0 != "(" }))
    finder.walk(Parser.parse(source: source))
    guard let found = finder.found else { return nil }
    text = found.trimmedDescription
    documentation = found.leadingTrivia.documentation
  }
}

private final class DeclarationFinder: SyntaxAnyVisitor {
  let name: String
  var found: DeclSyntax?

  init(name: String) {
    self.name = name
    super.init(viewMode: .sourceAccurate)
  }

  override func visitAny(_ node: Syntax) -> SyntaxVisitorContinueKind {
    guard found == nil else { return .skipChildren }
    guard let declaration = node.as(DeclSyntax.self) else { return .visitChildren }
    if declaration.asProtocol((any NamedDeclSyntax).self)?.name.text == name {
      found = declaration
    } else if let variable = declaration.as(VariableDeclSyntax.self),
      variable.bindings.contains(where: { binding in
        binding.pattern.tokens(viewMode: .sourceAccurate).contains { $0.text == name }
      })
    {
      found = declaration
    }
    return found == nil ? .visitChildren : .skipChildren
  }
}

extension Trivia {
  /// The text of the doc comments.
  fileprivate var documentation: String {
    compactMap { piece -> String? in
      switch piece {
      case .docLineComment(let text):
        let rest = text.dropFirst(3)
        return String(rest.hasPrefix(" ") ? rest.dropFirst() : rest)
      case .docBlockComment(let text):
        return text.dropFirst(3).dropLast(2).split(
          separator: "\n", omittingEmptySubsequences: false
        ).map { line in
          let trimmed = line.drop { $0 == " " }
          return String(trimmed.hasPrefix("* ") ? trimmed.dropFirst(2) : line)
        }.joined(separator: "\n")
      default: return nil
      }
    }.joined(separator: "\n")
  }
}
