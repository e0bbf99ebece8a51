extension Diagnostic {
  /// The message in the user's terms: columns of the user's text, other cells by their numbers.
  func translated(by edits: SourceEdits, file own: String) -> Diagnostic {
    var result = self
    result.message = message.namingCells
    result.file = file.namingCells
    guard file == own else { return result }
    func original(_ column: Int) -> Int { edits.originalColumn(line: line, column: column) }
    result.column = original(column)
    result.range = range.map {
      let first = original($0.lowerBound)
      return first...max(first, original($0.upperBound))
    }
    result.fixIt = fixIt.map {
      (edits.originalColumn(line: line, column: $0.column, staysInLine: false), $0.text)
    }
    if result.fixIt?.text.contains("CellHooks") ?? false { result.fixIt = nil }
    return result
  }

  /// Lines for a person: place and message, the source with a caret, the fix-it.
  ///
  /// - Parameters:
  ///   - source: The lines of the cell.
  ///   - own: The file by which messages name the cell.
  ///   - hasPlace: Whether place and source are shown; not where the message before has shown them.
  package func rendered(
    source: [Substring], file own: String, hasPlace: Bool = true
  ) -> [String] {
    let color = severity == .error ? Style.red : severity == .warning ? Style.magenta : Style.blue
    let isInCell = hasPlace && file == own && source.indices.contains(line - 1)
    let place = isInCell ? "\(Style.bold)\(file):\(line):\(column):\(Style.plain) " : ""
    let headline =
      "\(place)\(color)\(severity.rawValue):\(Style.plain) \(Style.bold)\(message)\(Style.plain)"
    guard isInCell else { return [headline] }
    let text = String(source[line - 1])
    let number = String(line)
    let margin = String(repeating: " ", count: number.count)
    var lines = [headline, "\(Style.dim)\(number) │\(Style.plain) \(text)"]
    lines.append(
      "\(Style.dim)\(margin) │\(Style.plain) \(color)\(marks(under: text))\(Style.plain)")
    if let fixIt, !fixIt.text.isEmpty {
      let indent = padding(of: text, columns: fixIt.column - 1)
      let suggestion = "\(indent)\(Style.green)\(fixIt.text)\(Style.plain)"
      lines.append("\(Style.dim)\(margin) │\(Style.plain) \(suggestion)")
    }
    return lines
  }

  /// Whether the message is about a cell's text, or names a cell.
  var concernsCells: Bool {
    (file.hasPrefix("In[") && file.hasSuffix("]")) || message.contains("In[")
  }

  /// Whether this is a note on the very place of another message, without a fix-it to show.
  func repeatsPlace(of other: Diagnostic) -> Bool {
    severity == .note && fixIt == nil
      && (file, line, column) == (other.file, other.line, other.column)
  }

  private func marks(under text: String) -> String {
    let caret = padding(of: text, columns: column - 1).count
    let first = range.map { padding(of: text, columns: $0.lowerBound - 1).count } ?? caret
    let last = range.map { padding(of: text, columns: $0.upperBound - 1).count } ?? caret
    let indent = padding(of: text, columns: (range?.lowerBound ?? column) - 1)
    let marks = (min(first, caret)...max(last, caret)).map { $0 == caret ? "^" : "~" }
    return (first <= caret ? indent : padding(of: text, columns: column - 1)) + marks.joined()
  }

  /// As many blanks as the first bytes of a line are wide; tabs stay tabs.
  private func padding(of text: String, columns: Int) -> String {
    let prefix = String(decoding: text.utf8.prefix(max(columns, 0)), as: UTF8.self)
    let missing = max(columns - text.utf8.count, 0)
    return prefix.map { $0 == "\t" ? "\t" : " " }.joined() + String(repeating: " ", count: missing)
  }
}

/// The ANSI colours that Jupyter's front ends show.
package enum Style {
  package static let plain = "\u{1B}[0m"
  package static let bold = "\u{1B}[1m"
  package static let dim = "\u{1B}[2m"
  package static let red = "\u{1B}[1;31m"
  package static let green = "\u{1B}[32m"
  package static let blue = "\u{1B}[34m"
  package static let magenta = "\u{1B}[35m"
}

extension String {
  /// The text with `Cell3.` and `'Cell3'`, the module of a cell, written as `In[3]`.
  var namingCells: String {
    var result = ""
    var rest = self[...]
    while let found = rest.firstRange(of: "Cell") {
      let digits = rest[found.upperBound...].prefix(while: \.isNumber)
      let end = digits.endIndex
      let isModule = !digits.isEmpty && (rest[end...].hasPrefix(".") || rest[end...].hasPrefix("'"))
      result += rest[..<found.lowerBound]
      result += isModule ? "In[\(digits)]" : "Cell"
      rest = rest[(isModule ? end : found.upperBound)...]
    }
    return result + rest
  }
}
