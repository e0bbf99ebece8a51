import Glibc
import JupyterProtocol

/// The cells of all sessions, in a database that several kernels share.
///
/// The tables are those of IPython's history: a session's number is handed out when it begins, a
/// cell is known by its session and its line. For the thread that made it.
final class HistoryDatabase {
  /// The number of this kernel's session.
  let session: Int
  private let database: SQLite
  private let file: HistoryFile

  /// Opens the history, makes it where it is missing, and begins a session.
  ///
  /// - Throws: `SQLiteError`.
  init(_ file: HistoryFile) throws(SQLiteError) {
    file.prepare()
    let database = try SQLite(path: file.path, patience: 3000)
    try Self.configure(database)
    session = try database.transaction { () throws(SQLiteError) in
      for statement in Self.tables { try database.run(statement) }
      try database.run("INSERT INTO sessions (start) VALUES (?)", [.text(Timestamp.now())])
      return database.lastInsertion
    }
    self.database = database
    self.file = file
    try prune()
  }

  /// Keeps what is written.
  ///
  /// - Throws: `SQLiteError`.
  func write(_ changes: [HistoryChange]) throws(SQLiteError) {
    try database.transaction { () throws(SQLiteError) in
      for change in changes { try write(change) }
    }
  }

  /// Ends the session.
  ///
  /// - Throws: `SQLiteError`.
  func end() throws(SQLiteError) {
    try database.run(
      """
      UPDATE sessions SET end = ?2,
      num_cmds = (SELECT count(*) FROM history WHERE session = ?1) WHERE session = ?1
      """, [.integer(session), .text(Timestamp.now())])
  }

  /// Gives up the oldest cells of a history that has become too long or too large.
  ///
  /// - Throws: `SQLiteError`.
  func prune() throws(SQLiteError) {
    try keep(file.maximumCells)
    if try bytes() > file.maximumBytes {
      let count = try integer("SELECT count(*) FROM history")
      try keep(count / 2)
      try database.run("PRAGMA incremental_vacuum")
    }
  }

  private func write(_ change: HistoryChange) throws(SQLiteError) {
    let key: [SQLite.Value] = [.integer(session), .integer(change.line)]
    switch change.content {
    case .input(let text):
      try database.run(
        "INSERT OR REPLACE INTO history (session, line, source, source_raw) VALUES (?, ?, ?, ?)",
        key + [.text(text), .text(text)])
    case .output(let text):
      try database.run(
        "INSERT OR REPLACE INTO output_history (session, line, output) VALUES (?, ?, ?)",
        key + [.text(text)])
    }
  }

  private func keep(_ count: Int) throws(SQLiteError) {
    let oldest = try database.run(
      "SELECT rowid FROM history ORDER BY rowid DESC LIMIT 1 OFFSET ?", [.integer(count)])
    guard let row = oldest.first?.first?.integer else { return }
    try database.transaction { () throws(SQLiteError) in
      try database.run("DELETE FROM history WHERE rowid <= ?", [.integer(row)])
      try database.run(
        """
        DELETE FROM output_history WHERE NOT EXISTS (SELECT 1 FROM history
        WHERE history.session = output_history.session AND history.line = output_history.line)
        """)
    }
  }

  private func bytes() throws(SQLiteError) -> Int {
    let pages = try integer("PRAGMA page_count") - integer("PRAGMA freelist_count")
    return try pages * integer("PRAGMA page_size")
  }

  private func integer(_ statement: String) throws(SQLiteError) -> Int {
    try database.run(statement).first?.first?.integer ?? 0
  }

  /// Many readers beside one writer, and no waiting for the disk: what the last moments before a
  /// power cut wrote may be missing afterwards, but the file stays whole.
  private static func configure(_ database: SQLite) throws(SQLiteError) {
    try database.run("PRAGMA auto_vacuum = INCREMENTAL")
    // Changing the mode does not wait for others, whatever the time-out.
    for attempt in 1... {
      do {
        try database.run("PRAGMA journal_mode = WAL")
        break
      } catch {
        guard error.isBusy, attempt < 30 else { throw error }
        usleep(100_000)
      }
    }
    try database.run("PRAGMA synchronous = NORMAL")
    try database.run("PRAGMA journal_size_limit = 4194304")
  }

  private static let tables = [
    """
    CREATE TABLE IF NOT EXISTS sessions (session INTEGER PRIMARY KEY AUTOINCREMENT,
    start TIMESTAMP, end TIMESTAMP, num_cmds INTEGER, remark TEXT)
    """,
    """
    CREATE TABLE IF NOT EXISTS history (session INTEGER, line INTEGER, source TEXT,
    source_raw TEXT, PRIMARY KEY (session, line))
    """,
    """
    CREATE TABLE IF NOT EXISTS output_history (session INTEGER, line INTEGER, output TEXT,
    PRIMARY KEY (session, line))
    """,
  ]
}

/// Something to be kept about a cell of this session.
struct HistoryChange: Sendable {
  enum Content: Sendable {
    case input(String)
    case output(String)
  }

  var line: Int
  var content: Content
}

// MARK: Reading

extension HistoryDatabase {
  /// The cells that are asked for, oldest first.
  ///
  /// - Throws: `SQLiteError`.
  func entries(_ request: HistoryRequest) throws(SQLiteError) -> [HistoryReply.Entry] {
    switch request.selection {
    case .tail(let count):
      return try select("ORDER BY session DESC, line DESC LIMIT ?", [.integer(count)]).reversed()
    case .range(let session, let start, let stop):
      return try range(session, start, stop)
    case .search(let pattern, let count, let unique):
      return try search(pattern, count, unique)
    }
  }

  private func range(
    _ asked: Int, _ start: Int, _ stop: Int?
  ) throws(SQLiteError) -> [HistoryReply.Entry] {
    let number = asked <= 0 ? asked + session : asked
    var (first, end) = (start, stop ?? 0)
    if number == session {
      let next = try database.run(
        "SELECT max(line) FROM history WHERE session = ?", [.integer(session)])
      let count = (next.first?.first?.integer ?? 0) + 1
      if first < 0 { first += count }
      if end < 0 { end = max(1, end + count) }
    }
    return try select(
      "WHERE session = ? AND line >= ? AND line < ? ORDER BY line",
      [.integer(number), .integer(first), .integer(end > 0 ? end : .max)])
  }

  private func search(
    _ pattern: String, _ count: Int?, _ unique: Bool
  ) throws(SQLiteError) -> [HistoryReply.Entry] {
    // SQLite knows nothing of patterns that long.
    guard pattern.utf8.count <= 50_000 else { return [] }
    return try select(
      """
      WHERE source_raw GLOB ? \(unique ? "GROUP BY source_raw" : "")
      ORDER BY session DESC, line DESC LIMIT ?
      """, [.text(pattern), .integer(count ?? -1)], latest: unique
    ).reversed()
  }

  /// - Parameter latest: whether of each group the last cell counts: SQLite takes the columns from
  ///   the row that has the maximum.
  private func select(
    _ condition: String, _ values: [SQLite.Value], latest: Bool = false
  ) throws(SQLiteError) -> [HistoryReply.Entry] {
    let maximum = latest ? ", max((session << 32) + line)" : ""
    let rows = try database.run(
      """
      SELECT session, line, source_raw, output\(maximum)
      FROM history LEFT JOIN output_history USING (session, line) \(condition)
      """, values)
    return rows.map { row in
      HistoryReply.Entry(
        session: row[0].integer ?? 0, line: row[1].integer ?? 0, input: row[2].text ?? "",
        output: row[3].text)
    }
  }
}
