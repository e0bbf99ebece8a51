extension Table {
  /// The table as a page of HTML that follows the front end's own style and theme.
  ///
  /// Where styles are taken away, as in notebooks that are not trusted, a plain table remains.
  var html: String {
    let caption = note.map { "<div style=\"opacity:.7\">\(HTMLText.escaped($0))</div>" } ?? ""
    return "<table style=\"font-variant-numeric:tabular-nums\">\(headHTML)<tbody>\(bodyHTML)"
      + "</tbody></table>\(caption)"
  }

  private var columns: Int {
    width + (rowNames.isEmpty ? 0 : 1) + (hiddenColumns == nil ? 0 : 1)
  }

  private var headHTML: String {
    let title =
      title.isEmpty
      ? ""
      : "<tr><th colspan=\"\(columns)\" style=\"text-align:left\">\(HTMLText.escaped(title))"
        + "</th></tr>"
    guard !header.isEmpty else { return title.isEmpty ? "" : "<thead>\(title)</thead>" }
    var names = header.enumerated().map { column, name in
      HTMLText.cell("th", HTMLText.escaped(name), right: isNumeric(column))
    }
    if let hiddenColumns { names.insert("<th>…</th>", at: hiddenColumns.place) }
    let corner = rowNames.isEmpty ? "" : "<th></th>"
    return "<thead>\(title)<tr>\(corner)\(names.joined())</tr></thead>"
  }

  private var bodyHTML: String {
    let isNumeric = (0..<width).map { self.isNumeric($0) }
    let uniform = isUniform ? NumberColumn(rows.joined().compactMap(\.word)) : nil
    let formats = (0..<width).map { column in
      uniform ?? NumberColumn(rows.compactMap { column < $0.count ? $0[column].word : nil })
    }
    var lines = rows.enumerated().map { index, row in
      var cells = row.enumerated().map { column, cell in
        HTMLText.cell("td", cell.cellHTML(formats[column]), right: isNumeric[column])
      }
      if let hiddenColumns, hiddenColumns.place <= cells.count {
        cells.insert("<td>…</td>", at: hiddenColumns.place)
      }
      return "<tr>\(rowNames.isEmpty ? "" : name(index))\(cells.joined())</tr>"
    }
    if let hiddenRows {
      let text = HTMLText.escaped(gapText(hiddenRows))
      lines.insert(
        "<tr><td colspan=\"\(columns)\" style=\"text-align:center;opacity:.7\">\(text)</td></tr>",
        at: hiddenRows.place)
    }
    return lines.joined(separator: "\n")
  }

  private func name(_ row: Int) -> String {
    let name = HTMLText.escaped(Sketcher.bounded(rowNames[row], to: 200))
    return HTMLText.cell("th", name, right: hasNumberedRows)
  }
}
