extension ErrorReport {
  /// Values that may be `nil`.
  func optionalAdvice(_ context: AdviceContext) -> Advice? {
    guard error.message.hasPrefix("value of optional type '"), let optional = quoted(),
      let type = quoted(1)
    else { return nil }
    if error.message.contains("to refer to member"),
      let note = notes.first(where: { $0.message.hasPrefix("chain the optional") })
    {
      return Advice(
        message: "this \(optional.dropLast()) may be missing (its type is \(optional))",
        "With ?. the result is nil if it is.",
        correction: Correction(of: context.cell, as: note))
    }
    let note = notes.first { $0.message.hasPrefix("coalesce using") }
    let type1 = optional.hasSuffix("?") ? String(optional.dropLast()) : type
    return Advice(
      message: "this \(type1) may be missing (its type is \(optional))",
      "Say with ?? what stands for a missing one.",
      correction: note.flatMap { Correction(of: context.cell, as: $0.filled(for: type1)) })
  }

  /// Operators between types that do not go together.
  func operatorAdvice(_ context: AdviceContext) -> Advice? {
    guard
      let found = error.message.firstMatch(
        of: #/^binary operator '(.+)' cannot be applied to operands of type '(.+)' and '(.+)'$/#)
    else { return nil }
    let (sign, left, right) = (String(found.1), String(found.2), String(found.3))
    guard let operands = Operands(of: error, sign: sign, in: context.cell) else {
      return Advice(message: "'\(sign)' does not work between \(left) and \(right)")
    }
    let numbers = ["Int", "Double", "Float"]
    if left == "String" || right == "String", sign == "+" {
      let other = left == "String" ? operands.right : operands.left
      return Advice(
        message: "'+' joins a String only with a String",
        "Put the value into the text with \\( ).",
        correction: Correction(
          of: context.cell, line: error.line,
          [TextEdit(columns: other.columns, text: "\"\\(\(other.text))\"")]))
    }
    guard numbers.contains(left), numbers.contains(right) else {
      return Advice(message: "'\(sign)' does not work between \(left) and \(right)")
    }
    let (odd, type) = left == "Int" ? (operands.left, right) : (operands.right, left)
    return Advice(
      message: "'\(sign)' needs two numbers of one type, and these are \(left) and \(right)",
      correction: Correction(
        of: context.cell, line: error.line,
        [TextEdit(columns: odd.columns, text: "\(type)(\(odd.text))")]))
  }

  /// Values of a type where another is wanted.
  func conversionAdvice(_ context: AdviceContext) -> Advice? {
    let own = Correction(of: context.cell, as: error)
    if error.message.hasPrefix("cannot convert return expression of type '()'"),
      let type = quoted(1)
    {
      return Advice(
        message: "this function promises a value of type \(type) but returns none",
        "Write `return` and the value.")
    }
    if error.message.hasPrefix("'subscript(_:)' is unavailable: cannot subscript String") {
      let marked = context.cell.marked(error) ?? error.column..<error.column
      let text = context.cell.text(line: error.line, columns: marked).prefix { $0 != "[" }
      return Advice(
        message: "the letters of a String are not numbered",
        "Use `Array(\(text))[0]`, or `\(text).first` for the first one.")
    }
    if error.message.hasPrefix("heterogeneous collection literal") {
      return Advice(
        message: "a list holds values of one type, and these differ",
        "Write `as [Any]` behind it if that is meant.", correction: own)
    }
    let wanted = error.message.firstMatch(
      of:
        #/^cannot (?:convert|assign) (?:return expression|value) of type '(.+)' to (?:specified |expected argument |return )?type '(.+)'$/#
    )
    guard let wanted else { return nil }
    return conversionAdvice(from: String(wanted.1), to: String(wanted.2), context)
  }

  private func conversionAdvice(
    from have: String, to want: String, _ context: AdviceContext
  ) -> Advice {
    let message = "this is of type \(have), and \(want) is wanted"
    let text = context.cell.marked(error).map { context.cell.text(line: error.line, columns: $0) }
    func around(_ prefix: String, _ suffix: String) -> Correction? {
      Correction(of: context.cell, putting: prefix, suffix, around: error)
    }
    let numbers = ["Int", "Double", "Float"]
    switch (have, want) {
    case ("String", "Character"):
      return Advice(
        message: message,
        "A String may hold any number of letters; `\(text ?? "text").first` is one, or nil if there "
          + "is none.")
    case ("Double", "Int"), ("Float", "Int"):
      return Advice(
        message: message, "Int(…) cuts off the fraction.", correction: around("Int(", ")"))
    case _ where want == "[\(have)]":
      return Advice(
        message: message, "Brackets make a list of a single value.", correction: around("[", "]"))
    case _ where numbers.contains(have) && numbers.contains(want):
      return Advice(message: message, correction: around("\(want)(", ")"))
    case _ where want == "String":
      return Advice(message: message, correction: around("\"\\(", ")\""))
    case _ where numbers.contains { have == "[\($0)]" } && numbers.contains { want == "[\($0)]" }:
      let element = want.dropFirst().dropLast()
      return Advice(message: message, correction: around("", ".map { \(element)($0) }"))
    default:
      return Advice(message: message)
    }
  }

  /// Arguments.
  func callAdvice(_ context: AdviceContext) -> Advice? {
    if let labels = error.message.firstMatch(
      of: #/^incorrect argument labels? in call \(have '(.+)', expected '(.+)'\)$/#)
    {
      return Advice(
        message: "the arguments are called '\(labels.2)', not '\(labels.1)'",
        correction: Correction(of: context.cell, as: error))
    }
    if error.message.hasPrefix("no exact matches in call to"), let name = quoted() {
      let wanted = notes.compactMap { note in
        note.message.firstMatch(
          of: #/^candidate expects value of type '(.+)' for parameter #\d+ \(got '(.+)'\)/#)
      }
      guard let got = wanted.first?.2 else { return nil }
      let types = Set(wanted.map { String($0.1) })
      let type = types.contains("Double") ? "Double" : types.sorted().first ?? ""
      return Advice(
        message: "'\(name)' does not take a value of type \(got)",
        "It takes a \(type): convert with \(type)(…).")
    }
    return nil
  }
}

/// The two sides of an operator, as the compiler marks them.
private struct Operands {
  var left: (text: String, columns: Range<Int>)
  var right: (text: String, columns: Range<Int>)

  init?(of error: Diagnostic, sign: String, in cell: CellText) {
    guard let range = error.range, range.lowerBound < error.column else { return nil }
    let end = error.column + sign.utf8.count
    func side(_ columns: Range<Int>) -> (String, Range<Int>) {
      let text = cell.text(line: error.line, columns: columns)
      let leading = text.utf8.prefix { $0 == UInt8(ascii: " ") }.count
      let trailing = text.utf8.reversed().prefix { $0 == UInt8(ascii: " ") }.count
      let inner = columns.lowerBound + leading..<max(columns.upperBound - trailing, 1)
      return (cell.text(line: error.line, columns: inner), inner)
    }
    guard end < range.upperBound + 1 else { return nil }
    left = side(range.lowerBound..<error.column)
    right = side(end..<range.upperBound + 1)
  }
}

extension Diagnostic {
  /// The message with a value of a type in the place of `<#default value#>`.
  fileprivate func filled(for type: String) -> Diagnostic {
    var result = self
    result.fixIt = fixIt.map {
      ($0.column, $0.text.replacing("<#default value#>", with: "<#\(type)#>"))
    }
    return result
  }
}
