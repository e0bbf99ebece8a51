/// Where a subshell's cell stands in the one line in which all cells wait for their process.
///
/// The cell runs once the subshell has come to it, and the subshell goes on once it has run: within
/// a subshell everything happens one after the other, and cells keep the order of their arrival
/// whichever subshell they are from.
final class Turn: Sendable {
  private enum Stage: Int { case waiting, reached, over }

  private let stage = Monitor(Stage.waiting)

  /// Says that the subshell has come to the cell, and waits until it has run.
  func takePlace() {
    stage.withLock { if $0 == .waiting { $0 = .reached } }
    stage.wait { $0 == .over ? () : nil }
  }

  /// Waits until the subshell has come to the cell, or has ended.
  func waitForPlace() { stage.wait { $0 == .waiting ? nil : () } }

  /// Says that the cell has run, or that nobody waits for it any longer.
  func end() { stage.withLock { $0 = .over } }
}
