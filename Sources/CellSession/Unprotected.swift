/// Remembers that snapshots fail, which is said once and not before each cell.
struct Unprotected {
  private var isTold = false
  private var hasFailed = false

  /// There is no snapshot of the cell that is about to begin.
  ///
  /// - Returns: Whether the user is to be told.
  mutating func note() -> Bool {
    defer { (isTold, hasFailed) = (true, true) }
    return !isTold
  }

  /// A cell begins.
  mutating func begin() {
    if !hasFailed { isTold = false }
    hasFailed = false
  }
}
