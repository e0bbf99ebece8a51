extension Pairs {
  /// The entries in rows, if there are any.
  var table: Table? {
    guard count > 0 else { return nil }
    return columnTable ?? entryTable
  }

  /// Arrays of one length under texts: a column for each.
  private var columnTable: Table? {
    let columns = entries.compactMap(\.value.list).map {
      $0.elided(to: Table.mostRows, ends: Table.rowsAtEnds)
    }
    guard hidden == 0, columns.count == entries.count, let first = columns.first, first.count > 1,
      columns.allSatisfy({ $0.isLike(first) }),
      entries.allSatisfy({ $0.key.word != nil })
    else { return nil }
    let indices = first.elements.indices
    var table = Table(
      header: entries.map { $0.key.word?.text ?? "" },
      rowNames: indices.map { "\(first.index($0))" }, hasNumberedRows: true,
      rows: indices.map { row in columns.map { $0.elements[row] } })
    if first.hidden > 0 { table.hiddenRows = (first.head, first.hidden, "rows") }
    return table.noting(rows: first.count, columns: columns.count, elided: true)
  }

  private var entryTable: Table {
    var table = Table(
      rowNames: entries.map { $0.key.word?.text ?? $0.key.line(limit: 60) },
      hasNumberedRows: entries.allSatisfy { $0.key.word?.isNumber ?? false },
      rows: entries.map { [$0.value] })
    if hidden > 0 {
      table.hiddenRows = (entries.count, hidden, "entries")
      table.note = "\(type) · \(count) entries"
    }
    return table
  }
}

extension List {
  /// Whether the same places of both are shown, and words stand there.
  fileprivate func isLike(_ other: List) -> Bool {
    (count, head, elements.count) == (other.count, other.head, other.elements.count)
      && elements.allSatisfy { $0.word != nil }
  }
}

extension Record {
  /// The parts' names.
  var labels: [String] { fields.map(\.label) }

  /// The parts in rows, if there are any.
  var table: Table? {
    guard !fields.isEmpty else { return nil }
    var table = Table(
      title: name,
      rowNames: fields.enumerated().map { $1.label.isEmpty ? ".\($0)" : $1.label },
      rows: fields.map { [$0.value] })
    if fields.count == 1, fields[0].label.isEmpty { table.rowNames = [""] }
    if isCut { table.hiddenRows = (fields.count, 0, "parts") }
    return table
  }
}
