/// Numbers in rows, which are asked for one by one, for values too large to be copied.
package struct NumberTable {
  private let rows: Int?
  private let columns: Int
  private let type: String
  private let value: (_ row: Int, _ column: Int) -> Double

  /// A matrix.
  package init(
    rows: Int, columns: Int, type: String, value: @escaping (_ row: Int, _ column: Int) -> Double
  ) {
    (self.rows, self.columns, self.type, self.value) = (rows, columns, type, value)
  }

  /// A row of numbers.
  package init(count: Int, type: String, value: @escaping (_ place: Int) -> Double) {
    (rows, columns, self.type) = (nil, count, type)
    self.value = { value($1) }
  }

  /// The numbers as an array of them would be shown.
  package var bundle: MIMEBundle {
    guard let rows else { return Sketch.list(row(0, limit: 200, head: 100, tail: 20)).bundle }
    let ends = Table.rowsAtEnds
    let shown =
      rows > Table.mostRows ? Array(0..<ends) + Array((rows - ends)..<rows) : Array(0..<rows)
    let lines = shown.map { Sketch.list(row($0, limit: 40, head: 20, tail: 10)) }
    return Sketch.list(
      List(
        type: type, count: rows, elements: lines,
        head: rows > Table.mostRows ? ends : lines.count)
    ).bundle
  }

  private func row(_ row: Int, limit: Int, head: Int, tail: Int) -> List {
    let isLong = columns > limit
    let places =
      isLong ? Array(0..<head) + Array((columns - tail)..<columns) : Array(0..<columns)
    // As single precision writes it, which is what large values hold.
    let words = places.map { place in
      let number = value(row, place)
      return Sketch.word(Word(text: "\(Float(number))", isNumber: true, fraction: number))
    }
    return List(
      type: type, count: columns, elements: words, head: isLong ? head : words.count)
  }
}
