/// A line of the cell as it should read.
struct Correction: Equatable {
  var line: Int
  var text: String

  /// A line with some of its columns replaced, each range in bytes counted from 1.
  init?(of cell: CellText, line: Int, _ edits: [TextEdit]) {
    guard let old = cell.line(line) else { return nil }
    var bytes = Array(old.utf8)
    for edit in edits.sorted(by: { $0.columns.lowerBound > $1.columns.lowerBound }) {
      let range = edit.columns.lowerBound - 1..<edit.columns.upperBound - 1
      guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return nil }
      bytes.replaceSubrange(range, with: Array(edit.text.utf8))
    }
    self.line = line
    text = String(decoding: bytes, as: UTF8.self)
    guard text != old else { return nil }
  }

  /// The line with the marked text, or the name or number at the column, between two others.
  init?(of cell: CellText, putting prefix: String, _ suffix: String, around diagnostic: Diagnostic)
  {
    guard let columns = cell.marked(diagnostic) else { return nil }
    self.init(
      of: cell, line: diagnostic.line,
      [.insertion(prefix, at: columns.lowerBound), .insertion(suffix, at: columns.upperBound)])
  }

  /// The line with what the compiler suggests.
  init?(of cell: CellText, as diagnostic: Diagnostic) {
    guard diagnostic.file == cell.file, let fixIt = diagnostic.fixIt,
      let old = cell.line(diagnostic.line)
    else { return nil }
    let chunks = FixItChunk.chunks(of: fixIt.text, from: fixIt.column)
    let edits = chunks.compactMap { $0.edit(of: old, marked: diagnostic.range) }
    guard !chunks.isEmpty, edits.count == chunks.count else { return nil }
    self.init(of: cell, line: diagnostic.line, edits)
  }
}

/// New text for some columns of a line, in bytes counted from 1.
struct TextEdit {
  var columns: Range<Int>
  var text: String

  /// Text put before a column.
  static func insertion(_ text: String, at column: Int) -> TextEdit {
    TextEdit(columns: column..<column, text: text)
  }
}

/// A piece of text that the compiler prints under a column.
private struct FixItChunk {
  var column: Int
  var text: String

  /// The pieces of a line: what is apart by more than one blank.
  static func chunks(of line: String, from column: Int) -> [FixItChunk] {
    line.matches(of: #/\S+(?: \S+)*/#).map { match in
      let before = line[..<match.range.lowerBound].utf8.count
      return FixItChunk(column: column + before, text: String(match.output))
    }
  }

  /// What the piece does to the line: the compiler does not say whether it goes between or takes the
  /// place of something, but what it is shows that.
  func edit(of line: String, marked: ClosedRange<Int>?) -> TextEdit? {
    guard let filled = text.withPlaceholdersFilled else { return nil }
    for sign in ["!= ", "?? ", "as ", "as! ", "as? "] where filled.hasPrefix(sign) {
      return .insertion(" \(filled)", at: column - 1)
    }
    if ["try", "try?", "try!", "await", "any", "some"].contains(filled) || filled.hasSuffix(":") {
      return .insertion("\(filled) ", at: column)
    }
    if let last = filled.last, let first = filled.first, last == "(" || ");,!?.".contains(first) {
      return .insertion(filled, at: column)
    }
    if let marked, marked.lowerBound == column, "\"'".contains(filled.first ?? " ") {
      return TextEdit(columns: column..<marked.upperBound + 1, text: filled)
    }
    return TextEdit(columns: column..<column + line.tokenLength(at: column), text: filled)
  }
}

extension CellText {
  /// The columns that a message marks, or else those of the name or number at its column; `nil` if
  /// that is not the whole of a simple expression.
  func marked(_ diagnostic: Diagnostic) -> Range<Int>? {
    if let range = diagnostic.range { return range.lowerBound..<range.upperBound + 1 }
    guard let line = line(diagnostic.line) else { return nil }
    let end = diagnostic.column + line.tokenLength(at: diagnostic.column)
    let next = text(line: diagnostic.line, columns: end..<end + 1)
    return end > diagnostic.column && !["(", "[", ".", "{"].contains(next)
      ? diagnostic.column..<end : nil
  }
}

extension String {
  /// The text with a plain value in the place of each `<#Type#>`; `nil` if one has none.
  fileprivate var withPlaceholdersFilled: String? {
    var isFilled = true
    let filled = replacing(#/<#(?:T##)?([^#]*)(?:##[^#]*)?#>/#) { match in
      switch match.1 {
      case "Int", "Double", "Float": return "0"
      case "String": return "\"\""
      case "Bool": return "false"
      default:
        isFilled = false
        return ""
      }
    }
    return isFilled ? filled : nil
  }

  /// The length in bytes of the name or operator at a column; 0 if there is neither.
  fileprivate func tokenLength(at column: Int) -> Int {
    let rest = String(decoding: utf8.dropFirst(column - 1), as: UTF8.self)
    let name = rest.unicodeScalars.prefix { $0.isIdentifierPart }
    if !name.isEmpty { return String(name).utf8.count }
    return rest.utf8.prefix { "=+-*/<>!&|^~%".utf8.contains($0) }.count
  }
}
