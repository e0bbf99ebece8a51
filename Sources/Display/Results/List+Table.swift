extension List {
  /// The elements in rows, if there are any.
  var table: Table? {
    guard count > 0 else { return nil }
    return recordTable ?? dictionaryTable ?? matrix ?? grid ?? column
  }

  /// The rows' indices, and where rows are left out.
  private func rows(_ rows: [[Sketch]], of list: List) -> Table {
    var table = Table(
      rowNames: list.elements.indices.map { "\(list.index($0))" }, hasNumberedRows: true, rows: rows
    )
    if list.hidden > 0 { table.hiddenRows = (list.head, list.hidden, "rows") }
    return table
  }

  /// Values of one type with named parts: a column for each part.
  private var recordTable: Table? {
    let list = elided(to: Table.mostRows, ends: Table.rowsAtEnds)
    let records = list.elements.compactMap(\.record)
    guard let first = records.first, records.count == list.elements.count,
      first.kind != .enumeration, !first.fields.isEmpty, !first.isCut,
      records.allSatisfy({ $0.name == first.name && $0.labels == first.labels })
    else { return nil }
    var table = rows(records.map { $0.fields.map(\.value) }, of: list)
    table.header = first.labels.enumerated().map { $1.isEmpty ? ".\($0)" : $1 }
    return table.noting(rows: count, columns: first.fields.count, elided: true)
  }

  /// Dictionaries with texts as keys: a column for each key.
  private var dictionaryTable: Table? {
    let list = elided(to: Table.mostRows, ends: Table.rowsAtEnds)
    let all = list.elements.compactMap(\.pairs)
    guard all.count == list.elements.count, all.allSatisfy({ $0.hidden == 0 }) else { return nil }
    var names: [String] = []
    for key in all.flatMap(\.entries).map(\.key) {
      guard let word = key.word else { return nil }
      if !names.contains(word.text) { names.append(word.text) }
    }
    guard !names.isEmpty, names.count <= 60 else { return nil }
    names.sort()
    let cells = all.map { pairs in
      let values = Dictionary(pairs.entries.map { ($0.key.word?.text ?? "", $0.value) }) { $1 }
      return names.map { values[$0] ?? .text("") }
    }
    var table = rows(cells, of: list)
    table.header = names
    return table.noting(rows: count, columns: names.count, elided: true)
  }

  /// Rows of numbers or words.
  private var matrix: Table? {
    let list = elided(to: Table.mostRows, ends: Table.rowsAtEnds)
    let lines = list.elements.compactMap(\.list)
    guard lines.count == list.elements.count, lines.contains(where: { $0.count > 0 }),
      lines.allSatisfy({ $0.elements.allSatisfy { $0.word != nil } })
    else { return nil }
    let longest = lines.map(\.count).max() ?? 0
    let isElided = longest > Table.mostColumns
    let ends = Table.columnsAtEnds
    // Of rows of several lengths only the beginnings stand below one another.
    let isEven = lines.allSatisfy { $0.count == longest }
    let columns =
      isElided
      ? isEven
        ? Array(0..<ends) + Array((longest - ends)..<longest) : Array(0..<Table.mostColumns)
      : Array(0..<longest)
    let cells = lines.map { line in columns.compactMap { line.element(at: $0) } }
    var table = rows(cells, of: list)
    table.header = columns.map { "\($0)" }
    table.isUniform = true
    if isElided {
      table.hiddenColumns = (isEven ? ends : columns.count, longest - columns.count)
    }
    return table.noting(rows: count, columns: longest)
  }

  /// The element at a place of the collection, if it is shown.
  private func element(at place: Int) -> Sketch? {
    if place < head { return elements[place] }
    let k = place - hidden
    return k >= head && k < elements.count ? elements[k] : nil
  }

  /// Many short words: ten to a row, the row's name being the first one's index.
  private var grid: Table? {
    let words = elements.compactMap(\.word)
    guard words.count == elements.count, count > 10,
      words.allSatisfy({ $0.quoted.count <= 24 && !$0.text.contains(where: \.isNewline) })
    else { return nil }
    let width = words.contains { $0.quoted.count > 12 && $0.fraction == nil } ? 5 : 10
    var table = Table(hasNumberedRows: true, rows: [], isUniform: true)
    let quoted = words.map { word in Sketch.word(word.inGrid) }
    for start in stride(from: 0, to: head, by: width) {
      table.append(quoted[start..<min(start + width, head)], at: start)
    }
    if hidden > 0 { table.hiddenRows = (table.rows.count, hidden, "elements") }
    for start in stride(from: head, to: elements.count, by: width) {
      table.append(quoted[start..<min(start + width, elements.count)], at: index(start))
    }
    if hidden > 0 { table.note = "\(type) · \(count) elements" }
    return table
  }

  /// Anything else: an element to a row.
  private var column: Table {
    let list = elided(to: Table.mostRows, ends: Table.rowsAtEnds)
    var table = rows(list.elements.map { [$0] }, of: list)
    table.hiddenRows?.name = "elements"
    if list.hidden > 0 { table.note = "\(type) · \(count) elements" }
    return table
  }
}

extension Word {
  /// The word as it stands in a grid, where a string without quotes would not be told from others.
  fileprivate var inGrid: Word { isString ? Word(text: quoted) : self }
}

extension Table {
  fileprivate mutating func append(_ words: ArraySlice<Sketch>, at index: Int) {
    rowNames.append("\(index)")
    rows.append(Array(words))
  }
}
