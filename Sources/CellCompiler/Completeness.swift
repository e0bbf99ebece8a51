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
      ? .incomplete(indent: Self.indent(after: tree)) : .invalid
  }

  private static func hasOpenComment(_ tree: SourceFileSyntax) -> Bool {
    tree.endOfFileToken.leadingTrivia.contains { piece in
      guard case .blockComment(let text) = piece else { return false }
      return text.count < 4 || !text.hasSuffix("*/")
    }
  }

  /// Two spaces for each brace, bracket or parenthesis left open.
  private static func indent(after tree: SourceFileSyntax) -> String {
    var depth = 0
    for token in tree.tokens(viewMode: .sourceAccurate) {
      switch token.tokenKind {
      case .leftBrace, .leftParen, .leftSquare: depth += 1
      case .rightBrace, .rightParen, .rightSquare: depth -= 1
      default: break
      }
    }
    return String(repeating: "  ", count: max(depth, 0))
  }
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
