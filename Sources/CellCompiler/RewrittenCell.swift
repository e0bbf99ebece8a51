import SwiftSyntax

/// A cell made ready for the compiler: the user's text with calls to `CellHooks` put between.
///
/// - After each item that runs: how far the cell has come; there, and at each turn of a loop, an
///   interrupted cell ends.
/// - Around the last expression: its value is shown.
/// - Around what awaits: the cell's thread waits for it, because top-level `await` would hand the
///   process to Swift's main queue.
package struct RewrittenCell: Sendable {
  /// The text and the way back to the user's columns.
  package var edits: SourceEdits
  /// What the cell defines; `item` says after which item it is set.
  package var definitions: [Definition]
  /// The line of each top-level item, counted from 1.
  package var lines: [Int]
  /// The items that run, in order.
  package var executableItems: [Int]
  /// The lines of the last expression, if its value is shown.
  package var shownLines: ClosedRange<Int>?

  /// What is set when the item that failed is the first after `completed`; -1 if none completed.
  package func definitions(completed: Int) -> [Definition] {
    let failed = executableItems.first { $0 > completed } ?? lines.count
    return definitions.filter { $0.item < failed }
  }

  /// The line on which the item that follows `completed` begins.
  package func line(after completed: Int) -> Int? {
    executableItems.first { $0 > completed }.map { lines[$0] }
  }
}

extension ParsedCell {
  /// The cell with its hooks.
  ///
  /// - Parameter showsResult: Whether the last expression's value is shown.
  package func rewritten(showsResult: Bool = true) -> RewrittenCell {
    var rewriter = CellRewriter(cell: self)
    if !hasErrors { rewriter.rewrite(showsResult: showsResult) }
    return rewriter.result
  }
}

private struct CellRewriter {
  let cell: ParsedCell
  var result: RewrittenCell
  private var pending: [AsyncBinding] = []

  init(cell: ParsedCell) {
    self.cell = cell
    let lines = cell.lineNumbers(of: cell.items.map(\.start))
    result = RewrittenCell(
      edits: SourceEdits(cell.source), definitions: cell.definitions, lines: lines,
      executableItems: cell.items.indices.filter { cell.items[$0].isExecutable }, shownLines: nil)
  }

  mutating func rewrite(showsResult: Bool) {
    for (index, item) in cell.items.enumerated() {
      bindAwaited(by: item, at: index)
      let isLast = index == cell.items.count - 1
      if isLast, showsResult, let expression = item.shownExpression {
        show(expression, line: result.lines[index])
      } else {
        rewrite(item, at: index)
      }
      if !item.awaits {
        for place in item.loopBodies { result.edits.insert(" CellHooks.turn();", at: place) }
      }
      widenAccess(item)
      bindGuarded(item)
      if item.isExecutable, !isLast {
        result.edits.insert(" ;try CellHooks.reached(\(index))", at: item.contentEnd)
      }
    }
    for binding in pending { bind(binding, at: cell.items.count) }
  }

  private mutating func show(_ expression: ExprSyntax, line: Int) {
    let height = expression.trimmedDescription.utf8.count { $0 == UInt8(ascii: "\n") }
    result.shownLines = line...(line + height)
    result.edits.insert("CellHooks.result(", at: expression.start)
    if expression.awaits { wait(for: expression) }
    result.edits.insert(") { $0._repr_html_ }", at: expression.end)
  }

  private mutating func rewrite(_ item: CodeBlockItemSyntax, at index: Int) {
    if let variable = item.item.as(VariableDeclSyntax.self) {
      rewrite(variable, at: index)
    } else if let conditional = item.item.as(IfConfigDeclSyntax.self) {
      for case .statements(let items) in conditional.clauses.compactMap(\.elements) {
        for item in items { rewrite(item, at: index) }
      }
    } else if let expression = item.item.as(ExprSyntax.self), expression.awaits {
      wait(for: expression)
    } else if let statement = item.item.as(StmtSyntax.self), statement.awaits {
      if let check = statement.as(GuardStmtSyntax.self) {
        for condition in check.conditions { rewrite(condition) }
      } else {
        result.edits.insert("try CellHooks.wait { () async throws -> Void in ", at: statement.start)
        result.edits.insert("; return }", at: statement.end)
      }
    }
  }

  private mutating func rewrite(_ condition: ConditionElementSyntax) {
    let value: ExprSyntax? =
      switch condition.condition {
      case .expression(let expression): expression
      case .optionalBinding(let binding): binding.initializer?.value
      case .matchingPattern(let pattern): pattern.initializer.value
      default: nil
      }
    guard let value, value.awaits else { return }
    // A closure behind the call would be taken for the body of the statement.
    result.edits.insert("try CellHooks.wait({ ", at: value.start)
    result.edits.insert(" })", at: value.end)
  }

  private mutating func wait(for expression: some SyntaxProtocol) {
    result.edits.insert("try CellHooks.wait { ", at: expression.start)
    result.edits.insert(" }", at: expression.end)
  }

  private mutating func rewrite(_ variable: VariableDeclSyntax, at index: Int) {
    if let async = variable.modifiers.first(where: { $0.name.tokenKind == .keyword(.async) }) {
      start(variable, modifier: async, at: index)
    } else {
      for value in variable.bindings.compactMap({ $0.initializer?.value }) where value.awaits {
        wait(for: value)
      }
    }
  }

  /// Makes the name that a `guard let` binds visible in later cells, like that of a `let`.
  private mutating func bindGuarded(_ item: CodeBlockItemSyntax) {
    guard let (name, binding) = item.guardedName else { return }
    result.edits.replace(name.start..<name.end, with: "offrampGuarded_\(name.text)")
    result.edits.insert(
      " ;\(binding.text) \(name.text) = offrampGuarded_\(name.text)", at: item.contentEnd)
  }

  /// Makes names that are private to the cell's file visible in later cells, like all others.
  private mutating func widenAccess(_ item: CodeBlockItemSyntax) {
    guard let declaration = item.item.asProtocol((any WithModifiersSyntax).self) else { return }
    for modifier in declaration.modifiers where modifier.detail == nil {
      guard ["private", "fileprivate"].contains(modifier.name.text) else { continue }
      let blank = String(repeating: " ", count: modifier.name.text.utf8.count)
      result.edits.replace(modifier.start..<modifier.end, with: blank)
    }
  }
}

// MARK: async let

/// A name of an `async let` whose task runs and whose value is not yet awaited.
private struct AsyncBinding {
  var pattern: PatternSyntax
  var task: String
  var item: Int
}

extension CellRewriter {
  /// Starts the tasks of an `async let`; each value is bound before the first item that mentions it.
  private mutating func start(
    _ variable: VariableDeclSyntax, modifier: DeclModifierSyntax, at index: Int
  ) {
    result.edits.replace(modifier.start..<modifier.end, with: "     ")
    for (number, binding) in variable.bindings.enumerated() {
      guard let value = binding.initializer?.value else { continue }
      let task = "offrampTask\(index)_\(number)"
      result.edits.replace(binding.pattern.start..<binding.pattern.end, with: task)
      if let type = binding.typeAnnotation?.type {
        result.edits.insert("CellHooks.Started<", at: type.start)
        result.edits.insert(">", at: type.end)
      }
      result.edits.insert("CellHooks.start { try await ", at: value.start)
      result.edits.insert(" }", at: value.end)
      pending.append(AsyncBinding(pattern: binding.pattern, task: task, item: index))
    }
  }

  private mutating func bindAwaited(by item: CodeBlockItemSyntax, at index: Int) {
    guard !pending.isEmpty else { return }
    let words = Set(item.tokens(viewMode: .sourceAccurate).map(\.text))
    for binding in pending where !words.isDisjoint(with: binding.names) { bind(binding, at: index) }
    pending.removeAll { !words.isDisjoint(with: $0.names) }
  }

  private mutating func bind(_ binding: AsyncBinding, at index: Int) {
    let bound =
      "let \(binding.pattern.trimmedDescription) = try CellHooks.wait { try await "
      + "\(binding.task).value }"
    if index < cell.items.count {
      result.edits.insert("\(bound); ", at: cell.items[index].start)
    } else {
      result.edits.insert("; \(bound)", at: cell.items[index - 1].contentEnd)
    }
    for k in result.definitions.indices where result.definitions[k].item == binding.item {
      guard binding.names.contains(result.definitions[k].name) else { continue }
      result.definitions[k].item = index
    }
  }
}

extension AsyncBinding {
  fileprivate var names: Set<String> {
    Set(pattern.tokens(viewMode: .sourceAccurate).map(\.text)).subtracting(["(", ")", ","])
  }
}
