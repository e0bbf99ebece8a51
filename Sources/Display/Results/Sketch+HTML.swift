extension Sketch {
  private static let longestInline = 60
  private static let longestCell = 400

  /// The value as a page.
  func html(_ table: Table) -> String {
    if let gallery { return HTMLText.flow(gallery.map(\.htmlPart)) }
    return table.html
  }

  /// The value in a cell of a table: folded unless it is short.
  func cellHTML(_ numbers: NumberColumn) -> String {
    switch self {
    case .word(let word):
      let text = numbers.text(word)
      return HTMLText.block(Sketcher.bounded(text, to: Self.longestCell))
    case .shown(let bundle): return bundle.htmlPart
    case .list, .pairs, .record:
      if let text = wholeLine(limit: Self.longestInline) { return HTMLText.escaped(text) }
      guard var table else { return HTMLText.escaped(line(limit: Self.longestInline)) }
      // The summary says it.
      (table.title, table.note) = ("", nil)
      return "<details><summary>\(HTMLText.escaped(summary))</summary>\(html(table))</details>"
    }
  }

  /// What a folded value is.
  private var summary: String {
    switch self {
    case .list(let list): "\(list.type) · \(list.count) elements"
    case .pairs(let pairs): "\(pairs.type) · \(pairs.count) entries"
    case .record(let record):
      record.kind == .tuple ? line(limit: 40) : record.name
    case .word, .shown: line(limit: 40)
    }
  }
}

extension MIMEBundle {
  /// The value as a part of a page: its own page, its picture, or its text.
  var htmlPart: String {
    if case .text(let html)? = data["text/html"] { return html }
    if case .text(let svg)? = data["image/svg+xml"] {
      return HTMLText.image(Array(svg.utf8), type: "image/svg+xml", title: plainText)
    }
    for type in ["image/png", "image/jpeg", "image/gif"] {
      if case .bytes(let bytes)? = data[type] {
        return HTMLText.image(bytes, type: type, title: plainText)
      }
    }
    return HTMLText.block(plainText)
  }
}
