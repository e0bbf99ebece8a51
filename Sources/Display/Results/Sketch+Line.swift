extension Sketch {
  /// The value on one line, as Swift writes it, cut to about `limit` characters.
  func line(limit: Int) -> String {
    var writer = LineWriter(limit: limit)
    writer.write(self)
    return writer.text
  }

  /// The value on one line of at most `limit` characters, if it fits and nothing of it is left out.
  func wholeLine(limit: Int) -> String? {
    var writer = LineWriter(limit: limit)
    writer.write(self)
    return writer.isCut ? nil : writer.text
  }
}

/// Writes sketches one behind the other on one line.
private struct LineWriter {
  let limit: Int
  private(set) var text = ""
  private(set) var isCut = false
  private var length = 0

  init(limit: Int) { self.limit = limit }

  mutating func write(_ sketch: Sketch) {
    switch sketch {
    case .word(let word): put(word.quoted)
    case .list(let list): write(list)
    case .pairs(let pairs): write(pairs)
    case .record(let record): write(record)
    case .shown(let bundle):
      isCut = true
      put(bundle.plainText)
    }
  }

  private mutating func write(_ list: List) {
    put("[")
    for (index, element) in list.elements.enumerated() where length < limit {
      if index > 0 { put(", ") }
      if index == list.head { leaveOut(list.hidden) }
      write(element)
    }
    if list.hidden > 0, list.head == list.elements.count { leaveOut(list.hidden, isLast: true) }
    close("]")
  }

  private mutating func leaveOut(_ count: Int, isLast: Bool = false) {
    guard count > 0 else { return }
    isCut = true
    put(isLast ? ", … \(count) more" : "… \(count) more …, ")
  }

  private mutating func write(_ pairs: Pairs) {
    if pairs.count == 0 { return put("[:]") }
    put("[")
    for (index, entry) in pairs.entries.enumerated() where length < limit {
      if index > 0 { put(", ") }
      write(entry.key)
      put(": ")
      write(entry.value)
    }
    leaveOut(pairs.hidden, isLast: true)
    close("]")
  }

  private mutating func write(_ record: Record) {
    put(record.name)
    put("(")
    for (index, field) in record.fields.enumerated() where length < limit {
      if index > 0 { put(", ") }
      if !field.label.isEmpty { put("\(field.label): ") }
      write(field.value)
    }
    if record.isCut { put(", …") }
    isCut = isCut || record.isCut
    close(")")
  }

  private mutating func put(_ piece: String) {
    guard length < limit else {
      isCut = isCut || !piece.isEmpty
      return
    }
    let line = piece.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
    if line.utf8.count != piece.utf8.count { isCut = true }
    let room = limit - length
    let isLong = line.count > room
    text += isLong ? "\(line.prefix(max(room - 1, 0)))…" : line
    length += isLong ? room : line.count
    isCut = isCut || isLong
  }

  /// Brackets are closed even where the line is full.
  private mutating func close(_ bracket: String) {
    text += bracket
    length += 1
    if length > limit { isCut = true }
  }
}
