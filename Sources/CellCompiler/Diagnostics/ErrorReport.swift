/// One error of the compiler with the notes that belong to it.
struct ErrorReport {
  var error: Diagnostic
  var notes: [Diagnostic]

  /// The errors of a compilation with their notes, without those that only follow from others.
  static func reports(on diagnostics: [Diagnostic], cell: CellText) -> [ErrorReport] {
    var reports: [ErrorReport] = []
    for diagnostic in diagnostics {
      switch diagnostic.severity {
      case .error: reports.append(ErrorReport(error: diagnostic, notes: []))
      case .note where !reports.isEmpty: reports[reports.count - 1].notes.append(diagnostic)
      default: break
      }
    }
    for k in reports.indices { reports[k].placeAtOpening(in: cell) }
    return reports.withoutConsequences
  }

  /// Moves a message about the end of the cell to the bracket that is open there.
  private mutating func placeAtOpening(in cell: CellText) {
    guard error.file != cell.file || cell.line(error.line) == nil,
      let k = notes.firstIndex(where: { $0.message.hasPrefix("to match this opening") }),
      let bracket = notes[k].message.split(separator: "'").dropFirst().first
    else { return }
    var opening = notes.remove(at: k)
    opening.severity = .error
    opening.message = "this '\(bracket)' is never closed"
    error = opening
  }
}

extension [ErrorReport] {
  /// Without errors that another on the same line explains.
  fileprivate var withoutConsequences: [ErrorReport] {
    if let mistaken = first(where: { $0.error.message.hasPrefix("use of '=' in a boolean") }) {
      return filter { $0.error.line != mistaken.error.line || $0.error == mistaken.error }
    }
    if let first, first.error.isGrammatical {
      let others = dropFirst().filter {
        $0.error.isGrammatical && $0.error.line != first.error.line
      }
      return [first] + others.prefix(2)
    }
    return enumerated().filter { k, report in
      k == 0 || !report.error.isConsequence(of: self[k - 1].error)
    }.map(\.element)
  }
}

extension Diagnostic {
  /// Whether this is about the form of the text rather than its meaning.
  fileprivate var isGrammatical: Bool {
    message.hasPrefix("consecutive statements") || message.hasPrefix("expected ")
  }

  fileprivate func isConsequence(of other: Diagnostic) -> Bool {
    line == other.line && message.hasPrefix("cannot infer contextual base")
  }
}

/// A cell's lines, as messages about it show them.
struct CellText {
  /// The name of the cell in messages, `In[3]`.
  var file: String
  private var lines: [Substring]

  init(_ source: String, file: String) {
    self.file = file
    lines = source.split(separator: "\n", omittingEmptySubsequences: false)
  }

  /// The lines.
  var all: [Substring] { lines }

  /// A line, counted from 1.
  func line(_ number: Int) -> String? {
    lines.indices.contains(number - 1) ? String(lines[number - 1]) : nil
  }

  /// The text of columns of a line, in bytes counted from 1.
  func text(line number: Int, columns: Range<Int>) -> String {
    let bytes = Array((line(number) ?? "").utf8)
    let range = columns.clamped(to: 1..<(bytes.count + 1))
    return String(decoding: bytes[(range.lowerBound - 1)..<(range.upperBound - 1)], as: UTF8.self)
  }
}
