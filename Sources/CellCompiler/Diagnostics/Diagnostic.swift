/// One message of the compiler.
package struct Diagnostic: Hashable, Sendable {
  /// What kind of message it is.
  package enum Severity: String, Sendable { case error, warning, note }

  /// What kind of message it is.
  package var severity: Severity
  /// The file it is about: `In[3]`, or another.
  package var file: String
  /// The line, counted from 1.
  package var line: Int
  /// The column in bytes, counted from 1.
  package var column: Int
  /// The message.
  package var message: String
  /// The underlined columns, if the compiler marked more than one.
  package var range: ClosedRange<Int>?
  /// Text that the compiler suggests, with the column where it goes.
  package var fixIt: (column: Int, text: String)?

  package static func == (a: Self, b: Self) -> Bool {
    (a.severity, a.file, a.line, a.column, a.message)
      == (b.severity, b.file, b.line, b.column, b.message)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(line)
    hasher.combine(message)
  }
}

extension Diagnostic {
  /// Reads the compiler's output in its `llvm` style: a headline, the line of source, a line with a
  /// caret under it, and perhaps a line with a fix-it.
  package static func parse(_ output: String) -> [Diagnostic] {
    var result: [Diagnostic] = []
    let lines = output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var k = 0
    while k < lines.count {
      guard var diagnostic = Diagnostic(headline: lines[k]) else {
        k += 1
        continue
      }
      var end = k + 1
      while end < lines.count, Diagnostic(headline: lines[end]) == nil { end += 1 }
      diagnostic.readMarks(lines[(k + 1)..<end].dropFirst())
      result.append(diagnostic)
      k = end
    }
    return result
  }

  /// A message from its first line, `file:line:column: severity: message`.
  private init?(headline: String) {
    for severity in [Severity.error, .warning, .note] {
      guard let found = headline.range(of: ": \(severity.rawValue): ") else { continue }
      let place = headline[..<found.lowerBound].split(separator: ":")
      if place == ["<unknown>", "0"] {
        self.severity = severity
        message = String(headline[found.upperBound...])
        (file, line, column) = ("", 0, 0)
        return
      }
      guard place.count >= 3, let line = Int(place[place.count - 2]),
        let column = Int(place[place.count - 1])
      else { continue }
      self.severity = severity
      self.line = line
      self.column = column
      file = place.dropLast(2).joined(separator: ":")
      message = String(headline[found.upperBound...])
      return
    }
    return nil
  }

  private mutating func readMarks(_ lines: ArraySlice<String>) {
    guard let marks = lines.first, let caret = Array(marks).firstIndex(of: "^"),
      marks.allSatisfy({ " ~^\t".contains($0) })
    else { return }
    let marked = Array(marks).indices.filter { "~^".contains(Array(marks)[$0]) }
    if let first = marked.first, let last = marked.last, first < last {
      range = (column + first - caret)...(column + last - caret)
    }
    guard let suggestion = lines.dropFirst().first, !suggestion.allSatisfy(\.isWhitespace) else {
      return
    }
    let indent = suggestion.prefix { $0 == " " }.count
    let text = suggestion.dropFirst(indent)
    fixIt = (column + indent - caret, String(text.reversed().drop { $0 == " " }.reversed()))
  }
}
