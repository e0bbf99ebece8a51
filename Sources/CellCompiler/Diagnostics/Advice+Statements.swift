extension ErrorReport {
  /// Brackets, quotation marks, statements on one line.
  func grammarAdvice(_ context: AdviceContext) -> Advice? {
    let line = context.cell.line(error.line) ?? ""
    if error.message.hasSuffix("is never closed") {
      let closing = ["(": ")", "[": "]", "{": "}"][quoted() ?? ""] ?? ""
      return Advice("Put a '\(closing)' where it should end.")
    }
    if error.message == "unterminated string literal" {
      return Advice(message: "this text is never closed", "Put a '\"' where it should end.")
    }
    if error.message.hasPrefix("consecutive statements") {
      if let call = line.firstMatch(of: #/^\s*print +(".*")\s*$/#) {
        let text = line.prefix { $0 == " " } + "print(\(call.1))"
        return Advice(
          message: "a call needs parentheses",
          correction: Correction(of: context.cell, line: error.line, whole: String(text)))
      }
      if line.contains(#/^\s*def /#) {
        return Advice(
          message: "this is not Swift",
          "Swift's functions begin with `func`: `func f(x: Double) -> Double { … }`.")
      }
      return Advice(
        message: "two statements on one line need a ';' between them",
        correction: Correction(of: context.cell, as: error))
    }
    if error.message.hasPrefix("cannot find operator '++'")
      || error.message.hasPrefix("cannot find operator '--'")
    {
      let sign = quoted() == "++" ? "+= 1" : "-= 1"
      let edit = TextEdit(columns: error.column..<error.column + 2, text: " \(sign)")
      return Advice(
        message: "Swift has no '\(quoted() ?? "")'",
        correction: Correction(of: context.cell, line: error.line, [edit]))
    }
    if error.message.hasPrefix("use of '=' in a boolean context") {
      return Advice(
        message: "'=' sets a value; '==' compares two",
        correction: Correction(of: context.cell, as: error))
    }
    return nil
  }

  /// Assignments to constants.
  func constantAdvice(_ context: AdviceContext) -> Advice? {
    guard error.message.hasSuffix("is a 'let' constant"), let name = quoted() else { return nil }
    let message = "'\(name)' is a 'let': it keeps its first value"
    if let note = notes.first(where: { $0.message.hasPrefix("change 'let' to 'var'") }),
      note.file == context.cell.file
    {
      let edit = TextEdit(columns: note.column..<note.column + 3, text: "var")
      return Advice(
        message: message, correction: Correction(of: context.cell, line: note.line, [edit]))
    }
    if let cell = context.cells[name] {
      return Advice(message: message, "Write `var \(name)` in In[\(cell)] and run it again.")
    }
    return Advice(message: message, "Declare it with `var` to change it.")
  }

  /// Missing `try` and `await`.
  func effectAdvice(_ context: AdviceContext) -> Advice? {
    if error.message.hasPrefix("call can throw but is not marked with 'try'")
      || error.message.hasPrefix("operator can throw but")
    {
      let note = notes.first { $0.message.hasPrefix("did you mean to use 'try'") } ?? error
      return Advice(
        message: "this call can fail: mark it with 'try'",
        correction: Correction(
          of: context.cell, line: note.line, [.insertion("try ", at: note.column)]))
    }
    let isAsync =
      error.message.hasPrefix("'async' call in a function that does not support")
      || error.message.hasPrefix("expression is 'async' but is not marked with 'await'")
    guard isAsync else { return nil }
    return Advice(
      message: "this call takes its time: wait for it with 'await'",
      correction: Correction(
        of: context.cell, line: error.line, [.insertion("await ", at: error.column)]))
  }

  /// Uninitialised values, returns, switches, loops.
  func flowAdvice(_ context: AdviceContext) -> Advice? {
    if error.message.hasSuffix("used before being initialized"), let name = quoted() {
      let place = notes.first { $0.message.hasSuffix("defined here") }.map { " in line \($0.line)" }
      return Advice(
        message: "'\(name)' has no value yet",
        "It was declared\(place ?? "") without one: give it one there, or before this line.")
    }
    if error.message == "switch must be exhaustive" {
      let cases = notes.compactMap { note in
        note.message.firstMatch(of: #/^add missing case: '(.+)'/#).map { String($0.1) }
      }
      let list = cases.isEmpty ? "" : "case \(cases.joined(separator: ", ")): … or "
      return Advice(
        message: "this switch does not say what to do in every case",
        "Add \(list)default: …")
    }
    if error.message.hasPrefix("missing return in") {
      let type = error.message.split(separator: "'").last.map(String.init) ?? ""
      return Advice(
        message: "this function promises a value of type \(type) but can end without one",
        "Write `return` and the value before the closing brace.")
    }
    if error.message.hasPrefix("for-in loop requires 'Int' to conform to 'Sequence'") {
      let marked = error.range ?? error.column...error.column
      return Advice(
        message: "a number is not a list to go through",
        correction: Correction(
          of: context.cell, line: error.line,
          [.insertion("0..<", at: marked.lowerBound)]))
    }
    if error.message.hasPrefix("'guard' body must not fall through") {
      return Advice(
        message: "this 'else' must not lead on to the lines below",
        "End it with `return` or `throw`; at the top of a cell, with `fatalError(\"…\")`.")
    }
    if error.message.hasPrefix("return invalid outside of a func") {
      return Advice(
        message: "'return' is for functions",
        "The last expression of a cell is its result: write it alone.")
    }
    if error.message.hasPrefix("expected '{' to start the body") {
      return Advice("Put { and } around what belongs to it.")
    }
    if error.message == "empty collection literal requires an explicit type" {
      return Advice(
        message: "an empty list does not say what it is a list of",
        "Name its type: `var values: [Double] = []`.")
    }
    return nil
  }
}

extension Correction {
  /// A line replaced as a whole.
  init?(of cell: CellText, line: Int, whole text: String) {
    guard let old = cell.line(line), old != text else { return nil }
    self.init(of: cell, line: line, [TextEdit(columns: 1..<old.utf8.count + 1, text: text)])
  }
}
