/// Rows of short texts under a header, as a command shows them.
package struct InfoTable: Hashable, Sendable {
  /// The columns' names; empty for none.
  package var header: [String]
  /// The cells.
  package var rows: [[String]]
  /// The columns of numbers, aligned right.
  package var numeric: Set<Int>
  /// The columns of code.
  package var code: Set<Int>
  /// A line below.
  package var note: String?

  package init(
    header: [String] = [], rows: [[String]], numeric: Set<Int> = [], code: Set<Int> = [],
    note: String? = nil
  ) {
    self.header = header
    self.rows = rows
    self.numeric = numeric
    self.code = code
    self.note = note
  }

  /// The table as HTML, with its twin in plain text.
  package var bundle: MIMEBundle { MIMEBundle(plain: text, ["text/html": .text(html)]) }

  /// The table as lines of text.
  package var text: String {
    let all = (header.isEmpty ? [] : [header]) + rows
    let widths = (0..<(all.map(\.count).max() ?? 0)).map { column in
      all.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    let lines = all.map { row in
      let cells = row.enumerated().map { column, cell in
        let fill = String(repeating: " ", count: widths[column] - cell.count)
        return numeric.contains(column) ? fill + cell : cell + fill
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
    return (lines + (note.map { [$0] } ?? [])).joined(separator: "\n")
  }

  private var html: String {
    let head = header.enumerated().map { cell("th", $1, $0) }.joined()
    let body = rows.map { row in
      "<tr>\(row.enumerated().map { cell("td", $1, $0) }.joined())</tr>"
    }
    let below = note.map { "<div style=\"opacity:.7\">\(Self.escaped($0))</div>" } ?? ""
    return "<table style=\"font-variant-numeric:tabular-nums\">"
      + (head.isEmpty ? "" : "<thead><tr>\(head)</tr></thead>")
      + "<tbody>\(body.joined(separator: "\n"))</tbody></table>\(below)"
  }

  private func cell(_ element: String, _ text: String, _ column: Int) -> String {
    let side = numeric.contains(column) ? "right" : "left"
    let content = Self.escaped(text)
    let isCode = element == "td" && !text.isEmpty && code.contains(column)
    return "<\(element) style=\"text-align:\(side)\">"
      + (isCode ? "<code style=\"white-space:pre-wrap\">\(content)</code>" : content)
      + "</\(element)>"
  }

  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\n": result += "<br>"
      default: result.append(character)
      }
    }
    return result
  }
}
