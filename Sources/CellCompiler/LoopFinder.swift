import SwiftSyntax

extension SyntaxProtocol {
  /// The byte offsets behind the opening braces of the loops that belong to the top level: those
  /// outside of any function or closure.
  var loopBodies: [Int] {
    let finder = LoopFinder(viewMode: .sourceAccurate)
    finder.walk(self)
    return finder.bodies
  }
}

private final class LoopFinder: TopLevelVisitor {
  var bodies: [Int] = []

  override func visit(_ node: ForStmtSyntax) -> SyntaxVisitorContinueKind { note(node.body) }
  override func visit(_ node: WhileStmtSyntax) -> SyntaxVisitorContinueKind { note(node.body) }
  override func visit(_ node: RepeatStmtSyntax) -> SyntaxVisitorContinueKind { note(node.body) }

  private func note(_ body: CodeBlockSyntax) -> SyntaxVisitorContinueKind {
    bodies.append(body.leftBrace.end)
    return .visitChildren
  }

  override func visit(_ node: DeferStmtSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: ExtensionDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
  override func visit(_ node: ProtocolDeclSyntax) -> SyntaxVisitorContinueKind { .skipChildren }
}
