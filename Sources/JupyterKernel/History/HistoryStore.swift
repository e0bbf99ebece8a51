import JupyterProtocol

/// The history's database, and what takes its place when it cannot be used.
struct HistoryStore {
  private var database: HistoryDatabase?
  private let log: Log
  private let file: HistoryFile
  /// Cells written since old ones were last given up.
  private var written = 0

  /// Opens the file; where that cannot be done, a history in memory.
  init(_ file: HistoryFile, log: Log) {
    self.file = file
    self.log = log
    do { database = try HistoryDatabase(file) } catch { give(up: error) }
  }

  /// Keeps what is written.
  mutating func write(_ changes: [HistoryChange]) {
    guard !changes.isEmpty else { return }
    written += changes.count
    attempt { database throws(SQLiteError) in try database.write(changes) }
    guard written >= 1000 else { return }
    written = 0
    attempt { database throws(SQLiteError) in try database.prune() }
  }

  /// The cells that are asked for.
  mutating func entries(_ request: HistoryRequest) -> [HistoryReply.Entry] {
    attempt { database throws(SQLiteError) in try database.entries(request) } ?? []
  }

  /// Ends the session.
  mutating func end() {
    attempt { database throws(SQLiteError) in try database.end() }
    database = nil
  }

  /// Does something with the database; if it fails, with the one that takes its place.
  @discardableResult
  private mutating func attempt<Result>(
    _ body: (HistoryDatabase) throws(SQLiteError) -> Result
  ) -> Result? {
    guard let database else { return nil }
    do { return try body(database) } catch {
      if error.isHarmless {
        log("the history did not answer: \(error)")
        return nil
      }
      give(up: error)
    }
    return self.database.flatMap { try? body($0) }
  }

  private mutating func give(up error: SQLiteError) {
    log(
      "the history in \(file.path) cannot be used (\(error)); this session's is kept in memory. "
        + "Move the file away or set OFFRAMP_HISTORY to another.")
    database = try? HistoryDatabase(.memory)
  }
}
