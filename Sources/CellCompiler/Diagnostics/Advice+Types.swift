extension ErrorReport {
  /// Values that may be `nil`.
  func optionalAdvice(_ context: AdviceContext) -> Advice? {
    guard error.message.hasPrefix("value of optional type '"), let optional = quoted(),
      let type = quoted(1)
    else { return nil }
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
      return Advice(
        message: "the letters of a String are not numbered",
        "Use `Array(text)[0]`, or `text.first` for the first one.")
    }
    let wanted = error.message.firstMatch(
      of:
        #/^cannot convert (?:return expression|value) of type '(.+)' to (?:specified|expected argument|return) type '(.+)'$/#
    )
    guard let wanted else { return nil }
    let (have, want) = (String(wanted.1), String(wanted.2))
    let message = "this is of type \(have), and \(want) is wanted"
    let range = error.range ?? error.column...error.column
    let text = context.cell.text(
      line: error.line, columns: range.lowerBound..<range.upperBound + 1)
    if (have, want) == ("String", "Character") {
      return Advice(
        message: message,
        "A String may hold any number of letters; `\(text).first` is one, or nil if there is none.")
    }
    if want == "[\(have)]" {
      return Advice(
        message: message, "Put brackets around a single value: `[value]`.", correction: own)
    }
    if have == "Double", want == "Int" {
      return Advice(message: message, "Int(…) cuts off the fraction.", correction: own)
    }
    return Advice(message: message, correction: own)
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
