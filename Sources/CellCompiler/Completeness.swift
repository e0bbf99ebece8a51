import SwiftDiagnostics
import SwiftParser
import SwiftParserDiagnostics
import SwiftSyntax

/// How much of a cell has been typed.
package enum SourceCompleteness: Hashable, Sendable {
  /// It can be run.
  case complete
  /// It goes on: an open bracket, string or comment, or an operator without its right side.
  case incomplete(indent: String)
  /// More text does not mend it.
  case invalid

  /// Judges a piece of source by what Swift's parser misses in it.
  package init(of source: String) {
    let scan = SourceScan(Array(source.utf8))
    guard scan.isShallow else {
      self = .invalid
      return
    }
    let tree = Parser.parse(source: source)
    guard tree.hasError || Self.hasOpenComment(tree) else {
      self = .complete
      return
    }
    let end = tree.endOfFileToken.positionAfterSkippingLeadingTrivia.utf8Offset
    let finder = MissingTokenFinder(viewMode: .all)
    finder.walk(tree)
    let lastToken = tree.endOfFileToken.previousToken(viewMode: .sourceAccurate)
    let contentEnd = lastToken?.endPositionBeforeTrailingTrivia.utf8Offset ?? 0
    let endsOpen = finder.missing.contains { $0 >= contentEnd && $0 <= end }
    let isBrokenEarlier = finder.hasUnexpected || finder.missing.contains { $0 < contentEnd }
    self =
      Self.hasOpenComment(tree) || (endsOpen && !isBrokenEarlier)
      ? .incomplete(indent: Self.indent(after: source, scan)) : .invalid
  }

  private static func hasOpenComment(_ tree: SourceFileSyntax) -> Bool {
    tree.endOfFileToken.leadingTrivia.contains { piece in
      guard case .blockComment(let text) = piece else { return false }
      return text.count < 4 || !text.hasSuffix("*/")
    }
  }

  /// The blanks before the line that opens the innermost bracket, and one step more; within a
  /// string or comment, and where nothing is open, those before the last line.
  private static func indent(after source: String, _ scan: SourceScan) -> String {
    let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
    guard scan.region == .code, let opening = scan.open.last else {
      return lines.last { !$0.allSatisfy(\.isWhitespace) }?.indent ?? ""
    }
    let before = source.utf8.prefix(opening.offset)
    let line = before.count { $0 == UInt8(ascii: "\n") }
    return lines[line].indent + step(of: lines)
  }

  /// The smallest indent in the text; two blanks if there is none.
  private static func step(of lines: [Substring]) -> String {
    let indents = lines.filter { !$0.allSatisfy(\.isWhitespace) }.map(\.indent)
    return indents.filter { $0.contains("\t") ? $0 == "\t" : $0.count > 1 }
      .min { $0.count < $1.count } ?? "  "
  }
}

extension Substring {
  /// The blanks and tabs at the beginning.
  fileprivate var indent: String { String(prefix { $0 == " " || $0 == "\t" }) }
}

/// Collects where the parser had to invent a token, and whether it met one it had no use for.
private final class MissingTokenFinder: SyntaxVisitor {
  var missing: [Int] = []
  var hasUnexpected = false

  override func visit(_ token: TokenSyntax) -> SyntaxVisitorContinueKind {
    if token.presence == .missing { missing.append(token.position.utf8Offset) }
    return .skipChildren
  }

  override func visit(_ node: UnexpectedNodesSyntax) -> SyntaxVisitorContinueKind {
    hasUnexpected = true
    return .skipChildren
  }
}
