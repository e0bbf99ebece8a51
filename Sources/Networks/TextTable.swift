/// A plain table for a terminal: columns of equal width, numbers to the right.
struct TextTable: CustomStringConvertible {
  private var rows: [[String]]
  private var rules: Set<Int> = [1]
  private let leftAligned: Int

  /// A table with a heading per column; the first `leftAligned` columns are text.
  init(columns: [String], leftAligned: Int) {
    rows = [columns]
    self.leftAligned = leftAligned
  }

  mutating func append(_ cells: [String]) {
    rows.append(cells)
  }

  /// A line across before the next row.
  mutating func appendRule() {
    rules.insert(rows.count)
  }

  var description: String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let rule = String(repeating: "─", count: widths.reduce(0, +) + 3 * (widths.count - 1))
    var lines: [String] = []
    for (index, row) in rows.enumerated() {
      if rules.contains(index) { lines.append(rule) }
      lines.append(line(row, widths))
    }
    return lines.joined(separator: "\n")
  }

  private func line(_ row: [String], _ widths: [Int]) -> String {
    let cells = row.indices.map { column in
      let space = String(repeating: " ", count: widths[column] - row[column].count)
      return column < leftAligned ? row[column] + space : space + row[column]
    }
    var line = cells.joined(separator: "   ")
    while line.last == " " { line.removeLast() }
    return line
  }
}
