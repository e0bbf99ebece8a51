/// Values in rows and columns, of which the middle may be left out.
struct Table {
  /// What the table shows, if its type says more than its content: above it.
  var title = ""
  /// The columns' names; none for a table without a header.
  var header: [String] = []
  /// What stands before each row: an index, a key, or a field's name.
  var rowNames: [String] = []
  /// Whether the rows' names are positions or numbers, aligned right.
  var hasNumberedRows = false
  /// The cells; rows may be of different lengths.
  var rows: [[Sketch]]
  /// Where rows are left out, and how many.
  var hiddenRows: (place: Int, count: Int, name: String)?
  /// How many columns are left out behind the column at `place`.
  var hiddenColumns: (place: Int, count: Int)?
  /// Whether all numbers are set with the same decimals, rather than column by column.
  var isUniform = false
  /// The size of the whole, if something is left out: below it.
  var note: String?

  /// The number of columns.
  var width: Int { max(header.count, rows.map(\.count).max() ?? 0) }

  static let mostRows = 30
  static let rowsAtEnds = 10
  static let mostColumns = 14
  static let columnsAtEnds = 6
}

extension Sketch {
  /// The value as a table, if it has parts that one shows well.
  var table: Table? {
    switch self {
    case .word, .shown: nil
    case .list(let list): list.table
    case .pairs(let pairs): pairs.table
    case .record(let record): record.table
    }
  }
}

extension Table {
  /// Leaves out columns in the middle if there are too many, and says how many there are of what.
  func noting(rows count: Int, columns: Int, elided: Bool = false) -> Table {
    var table = self
    if elided, columns > Self.mostColumns {
      let ends = Self.columnsAtEnds
      table.header = header.prefix(ends) + header.suffix(ends)
      table.rows = rows.map { Array($0.prefix(ends) + $0.suffix(ends)) }
      table.hiddenColumns = (ends, columns - 2 * ends)
    }
    if hiddenRows != nil || table.hiddenColumns != nil {
      table.note = "\(count) rows × \(columns) columns"
    }
    return table
  }
}
