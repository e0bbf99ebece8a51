import SwiftSyntax

extension SyntaxProtocol {
  /// The byte offset of the first token.
  var start: Int { positionAfterSkippingLeadingTrivia.utf8Offset }
  /// The byte offset behind the last token.
  var end: Int { endPositionBeforeTrailingTrivia.utf8Offset }

  /// Whether running this suspends: it awaits outside of any function or closure of its own.
  var awaits: Bool {
    let finder = AwaitFinder(viewMode: .sourceAccurate)
    finder.walk(self)
    return finder.found
  }
}

extension CodeBlockItemSyntax {
  /// The byte offset behind the item, before its semicolon.
  var contentEnd: Int { item.endPositionBeforeTrailingTrivia.utf8Offset }
}

extension ParsedCell {
  /// The lines of byte offsets given in ascending order, counted from 1.
  func lineNumbers(of offsets: [Int]) -> [Int] {
    var line = 1
    var position = 0
    let bytes = Array(source.utf8)
    return offsets.map { offset in
      while position < offset {
        if bytes[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
      }
      return line
    }
  }
}

private final class AwaitFinder: TopLevelVisitor {
  var found = false

  override func visit(_ node: AwaitExprSyntax) -> SyntaxVisitorContinueKind {
    found = true
    return .skipChildren
  }

  override func visit(_ node: ForStmtSyntax) -> SyntaxVisitorContinueKind {
    if node.awaitKeyword != nil { found = true }
    return found ? .skipChildren : .visitChildren
  }

  override func visit(_ node: DeclModifierSyntax) -> SyntaxVisitorContinueKind {
    if node.name.tokenKind == .keyword(.async) { found = true }
    return .skipChildren
  }
}
