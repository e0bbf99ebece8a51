extension Table {
  /// The table as aligned lines of text.
  var text: String {
    let content = textColumns
    let isNumeric = content.indices.map { column in hasNumbers(inColumn: column) }
    let names = rowNames + (header.isEmpty ? [] : [""])
    let nameWidth = names.map(\.columns).max() ?? 0
    var lines = (title.isEmpty ? [] : [title])
    let indent = title.isEmpty ? "" : "  "

    func line(_ name: String, _ cells: [String]) -> String {
      let padded = cells.enumerated().map { column, cell in
        let width = content[column].map(\.columns).max() ?? 0
        let isLast = column == cells.count - 1
        return isNumeric[column]
          ? cell.padded(to: width, right: true)
          : isLast ? cell : cell.padded(to: width, right: false)
      }
      let head = rowNames.isEmpty ? [] : [name.padded(to: nameWidth, right: hasNumberedRows)]
      let margin = String(repeating: " ", count: indent.count + nameWidth + 2)
      return indent
        + (head + padded).joined(separator: "  ").trimmedAtEnd
        .split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n" + margin)
    }

    if !header.isEmpty { lines.append(line("", content.map { $0[0] })) }
    let first = header.isEmpty ? 0 : 1
    for row in 0...rows.count {
      if let hiddenRows, hiddenRows.place == row { lines.append(indent + gapText(hiddenRows)) }
      guard row < rows.count else { break }
      lines.append(
        line(rowNames.isEmpty ? "" : rowNames[row], content.map { $0[row + first] }))
    }
    if let note { lines.append(note) }
    return lines.joined(separator: "\n")
  }

  /// The words about rows left out.
  func gapText(_ gap: (place: Int, count: Int, name: String)) -> String {
    gap.count > 0 ? "… \(gap.count) more \(gap.name)" : "…"
  }

  /// The texts of each column, the header's first.
  private var textColumns: [[String]] {
    let format = isUniform ? NumberColumn(rows.joined().compactMap(\.word)) : nil
    var columns = (0..<width).map { column -> [String] in
      let words = rows.compactMap { column < $0.count ? $0[column].word : nil }
      let numbers = format ?? NumberColumn(words)
      let cells = rows.map {
        column < $0.count ? $0[column].cellText(numbers, lines: width == 1 ? 20 : 1) : ""
      }
      return (header.isEmpty ? [] : [column < header.count ? header[column] : ""]) + cells
    }
    if let hiddenColumns {
      let cells = [String](repeating: "…", count: rows.count + (header.isEmpty ? 0 : 1))
      columns.insert(cells, at: hiddenColumns.place)
    }
    return columns
  }

  /// Whether the cells of a column, as it is printed, are numbers.
  private func hasNumbers(inColumn printed: Int) -> Bool {
    var column = printed
    if let hiddenColumns {
      if printed == hiddenColumns.place { return false }
      column = printed < hiddenColumns.place ? printed : printed - 1
    }
    return isNumeric(column)
  }

  /// Whether a column holds numbers and nothing else but gaps.
  func isNumeric(_ column: Int) -> Bool {
    let cells = rows.compactMap { column < $0.count ? $0[column] : nil }
    return cells.contains { $0.word?.isNumber ?? false }
      && cells.allSatisfy {
        $0.word.map { $0.isNumber || $0.text == "nil" || $0.text == "" } ?? false
      }
  }
}

extension Sketch {
  private static let longestCell = 60

  /// The value in a cell of a table of text, cut to a length and a number of lines.
  func cellText(_ numbers: NumberColumn, lines limit: Int) -> String {
    guard let word else { return line(limit: Self.longestCell) }
    let lines = numbers.text(word).split(
      omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if limit > 1, lines.count > 1 {
      return (lines.prefix(limit) + (lines.count > limit ? ["…"] : [])).joined(separator: "\n")
    }
    let isCut = lines.count > 1 || lines[0].count > Self.longestCell
    return isCut ? "\(lines[0].prefix(Self.longestCell - 1))…" : String(lines[0])
  }
}

extension String {
  /// The text without blanks at its end.
  fileprivate var trimmedAtEnd: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
