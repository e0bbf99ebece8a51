import CellCompiler
import CellWorker
import Display
import Glibc
import Synchronization

extension CellSession {
  /// Asks the running cell to end.
  ///
  /// The compiler is stopped at once. Running code is asked through `Interrupt`; a cell that has not
  /// ended after a grace, or is asked a second time, loses its process, and its snapshot takes over.
  /// Without a snapshot only a second call does that. Between cells nothing happens.
  public func interrupt() {
    phase.withLock { phase in
      phase.stop?()
      guard phase.isBusy else { return }
      phase.interrupts += 1
      if !phase.isRunning {
        compiler.cancel()
      } else if phase.interrupts == 1 {
        phase.worker?.send(.interrupt)
        stopAfterGrace(turn: phase.turn)
      } else {
        phase.worker?.killCell()
      }
    }
  }

  /// Runs a piece of work of the session's own, during which ``interrupt()`` calls `stop`.
  func interruptible<Value, Failure: Error>(
    by stop: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    phase.withLock { $0.stop = stop }
    defer { phase.withLock { $0.stop = nil } }
    return try body()
  }

  /// Ends a cell that goes on after an interrupt, or tells its user how, if it has no snapshot.
  private func stopAfterGrace(turn: Int) {
    let grace = configuration.grace
    startThread { [weak self] in
      usleep(UInt32(clamping: Int(grace * 1e6)))
      guard let worker = self?.stuckWorker(turn: turn) else { return }
      guard worker.notes.snapshot != nil else {
        _ = self?.mailbox.post(.event(.stream(.standardError, Self.advice)))
        return
      }
      // A cell that has noticed is about to end by itself: it may finish what it is at.
      var left = Self.patience * grace
      while left > 0, worker.notes.isNoticed {
        usleep(50_000)
        left -= 0.05
        if self?.stuckWorker(turn: turn) == nil { return }
      }
      worker.killCell()
    }
  }

  /// The worker, if it still runs the cell that was asked to end.
  private func stuckWorker(turn: Int) -> WorkerProcess? {
    phase.withLock { $0.turn == turn && $0.isRunning ? $0.worker : nil }
  }

  /// How many graces more a cell gets that has noticed.
  private static let patience = 4.0

  private static let advice =
    "The cell has been asked to end but does not look (`try Interrupt.check()` does). Interrupt "
    + "again to end its process; all variables will be lost.\n"
}
