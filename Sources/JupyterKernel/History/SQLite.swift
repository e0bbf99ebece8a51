import CSQLite

/// Why a database did not do what it was asked to.
struct SQLiteError: Error, CustomStringConvertible {
  let code: Int32
  let description: String

  /// Another process was writing for longer than this one waits.
  var isBusy: Bool { code & 0xff == SQLITE_BUSY }

  /// Whether it is the statement that is wrong and not the database.
  var isHarmless: Bool { [SQLITE_ERROR, SQLITE_TOOBIG, SQLITE_NOMEM].contains(code & 0xff) }
}

/// An SQLite database, for the thread that made it.
final class SQLite {
  /// A value in a row or in place of a `?`.
  enum Value {
    case null
    case integer(Int)
    case text(String)

    var integer: Int? {
      guard case .integer(let value) = self else { return nil }
      return value
    }

    var text: String? {
      guard case .text(let value) = self else { return nil }
      return value
    }
  }

  private var handle: OpaquePointer?

  /// Opens a database; `:memory:` is one that vanishes with this object.
  ///
  /// - Parameter patience: how long to wait for another process that writes, in milliseconds.
  /// - Throws: `SQLiteError`.
  init(path: String, patience: Int32) throws(SQLiteError) {
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
    let status = sqlite3_open_v2(path, &handle, flags, nil)
    guard status == SQLITE_OK else {
      let error = failure(status)
      sqlite3_close_v2(handle)
      throw error
    }
    sqlite3_busy_timeout(handle, patience)
  }

  deinit { sqlite3_close_v2(handle) }

  /// Runs a statement and returns its rows.
  ///
  /// - Throws: `SQLiteError`.
  @discardableResult
  func run(_ statement: String, _ values: [Value] = []) throws(SQLiteError) -> [[Value]] {
    var prepared: OpaquePointer?
    try check(sqlite3_prepare_v2(handle, statement, -1, &prepared, nil))
    defer { sqlite3_finalize(prepared) }
    for (index, value) in values.enumerated() {
      try check(bind(value, to: prepared, at: Int32(index + 1)))
    }
    var rows: [[Value]] = []
    while true {
      switch sqlite3_step(prepared) {
      case SQLITE_ROW: rows.append(row(of: prepared))
      case SQLITE_DONE: return rows
      case let status: throw failure(status)
      }
    }
  }

  /// Runs `body`; all that it writes is kept, or nothing.
  ///
  /// - Throws: `SQLiteError`.
  func transaction<Result>(
    _ body: () throws(SQLiteError) -> Result
  ) throws(SQLiteError) -> Result {
    try run("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try run("COMMIT")
      return result
    } catch {
      _ = try? run("ROLLBACK")
      throw error
    }
  }

  /// The key of the row that was inserted last.
  var lastInsertion: Int { Int(sqlite3_last_insert_rowid(handle)) }

  private func row(of statement: OpaquePointer?) -> [Value] {
    (0..<sqlite3_column_count(statement)).map { column in
      switch sqlite3_column_type(statement, column) {
      case SQLITE_INTEGER: .integer(Int(sqlite3_column_int64(statement, column)))
      case SQLITE_NULL: .null
      default:
        .text(
          String(
            decoding: UnsafeBufferPointer(
              start: sqlite3_column_text(statement, column),
              count: Int(sqlite3_column_bytes(statement, column))),
            as: UTF8.self))
      }
    }
  }

  private func bind(_ value: Value, to statement: OpaquePointer?, at index: Int32) -> Int32 {
    switch value {
    case .null: return sqlite3_bind_null(statement, index)
    case .integer(let value): return sqlite3_bind_int64(statement, index, Int64(value))
    case .text(var text):
      // The text is copied, as SQLite's `SQLITE_TRANSIENT` asks for.
      let copy = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
      return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) { characters in
          sqlite3_bind_text64(
            statement, index, characters.baseAddress, UInt64(characters.count), copy,
            UInt8(SQLITE_UTF8))
        }
      }
    }
  }

  private func check(_ status: Int32) throws(SQLiteError) {
    guard status == SQLITE_OK else { throw failure(status) }
  }

  private func failure(_ status: Int32) -> SQLiteError {
    let reason = handle.map { sqlite3_errmsg($0) } ?? sqlite3_errstr(status)
    return SQLiteError(code: status, description: reason.map { String(cString: $0) } ?? "unknown")
  }
}
