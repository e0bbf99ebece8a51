extension Sketch {
  private static let longestLine = 120

  /// The value as text and, if it has parts that a table shows well, as a page.
  var bundle: MIMEBundle {
    switch self {
    case .word(let word): return MIMEBundle(plain: word.text)
    case .shown(let bundle): return bundle
    case .list, .pairs, .record:
      guard let table, !isPlain else { return MIMEBundle(plain: line(limit: .max)) }
      return MIMEBundle(plain: text(table), ["text/html": .text(html(table))])
    }
  }

  /// The value on a line while it fits on one, else as a table.
  private func text(_ table: Table) -> String {
    if let gallery { return gallery.map(\.plainText).joined(separator: "\n") }
    return isTabular ? table.text : wholeLine(limit: Self.longestLine) ?? table.text
  }

  /// Whether one line says it all: a row of words that fits, or a single part.
  private var isPlain: Bool {
    guard wholeLine(limit: Self.longestLine) != nil else { return false }
    return switch self {
    case .list(let list): list.elements.allSatisfy { $0.word != nil }
    case .record(let record):
      record.fields.allSatisfy { $0.value.word != nil }
        && (record.kind != .value || record.fields.count < 2)
    default: false
    }
  }

  /// Whether the value is a table by its nature: rows of values with the same named parts.
  private var isTabular: Bool {
    guard case .list(let list) = self else { return false }
    return list.elements.allSatisfy { $0.record.map { $0.kind == .value } ?? ($0.pairs != nil) }
  }

  /// The elements' own pictures or pages, if all elements show themselves.
  var gallery: [MIMEBundle]? {
    guard case .list(let list) = self, list.hidden == 0, !list.elements.isEmpty else { return nil }
    let shown = list.elements.compactMap { if case .shown(let bundle) = $0 { bundle } else { nil } }
    return shown.count == list.elements.count ? shown : nil
  }
}
