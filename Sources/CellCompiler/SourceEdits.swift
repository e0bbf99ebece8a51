/// A cell's source with insertions, and the way back from the new columns to the user's.
///
/// No edit adds or removes a line, so lines are the user's own.
package struct SourceEdits: Sendable {
  private struct Edit {
    var offset: Int
    var removed: Int
    var text: String
    var order: Int
  }

  private let source: [UInt8]
  private var edits: [Edit] = []

  init(_ source: String) { self.source = Array(source.utf8) }

  /// Inserts text before the byte at `offset`; of two insertions there, the later call's stands
  /// behind.
  mutating func insert(_ text: String, at offset: Int) {
    edits.append(Edit(offset: offset, removed: 0, text: text, order: edits.count))
  }

  /// Replaces the bytes of a range.
  mutating func replace(_ range: Range<Int>, with text: String) {
    edits.append(
      Edit(offset: range.lowerBound, removed: range.count, text: text, order: edits.count))
  }

  /// Puts blanks in the place of a range, but for its line breaks.
  mutating func blank(_ range: Range<Int>) {
    let lineFeed = UInt8(ascii: "\n")
    let blanks = source[range].map { $0 == lineFeed ? lineFeed : UInt8(ascii: " ") }
    replace(range, with: String(decoding: blanks, as: UTF8.self))
  }

  private var sortedEdits: [Edit] {
    edits.sorted { ($0.offset, $0.order) < ($1.offset, $1.order) }
  }

  /// The edited source.
  package var text: String {
    var result: [UInt8] = []
    var position = 0
    for edit in sortedEdits {
      result += source[position..<max(position, edit.offset)]
      result += edit.text.utf8
      position = max(position, edit.offset + edit.removed)
    }
    result += source[position...]
    return String(decoding: result, as: UTF8.self)
  }

  /// The user's column for a column of the edited source, both in bytes and counted from 1.
  ///
  /// - Parameter staysInLine: Whether a column behind the line becomes that of its end.
  package func originalColumn(line: Int, column: Int, staysInLine: Bool = true) -> Int {
    let start = lineStart(line)
    let end = source[start...].firstIndex(of: UInt8(ascii: "\n")) ?? source.count
    var shift = 0
    for edit in sortedEdits where edit.offset >= start && edit.offset <= end {
      let editedColumn = edit.offset - start + 1 + shift
      if column < editedColumn { break }
      let grown = edit.text.utf8.count
      if column < editedColumn + grown { return edit.offset - start + 1 }
      shift += grown - edit.removed
    }
    let original = max(column - shift, 1)
    return staysInLine ? min(original, end - start + 1) : original
  }

  private func lineStart(_ line: Int) -> Int {
    var remaining = line - 1
    var start = 0
    while remaining > 0, let end = source[start...].firstIndex(of: UInt8(ascii: "\n")) {
      start = end + 1
      remaining -= 1
    }
    return start
  }
}
