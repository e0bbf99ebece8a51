package import Glibc

/// The children that this process has started, told apart from those that it was handed.
///
/// A process that adopts orphans becomes the parent of what programs below it leave behind. Whoever
/// has started a child waits for it and learns how it ended; nobody waits for an orphan, which
/// ``buryOrphans()`` does, and ``endOrphans()`` ends those that still run.
package enum Children {
  /// The children that somebody waits for; guarded by `lock`.
  nonisolated(unsafe) static var own: Set<pid_t> = []
  /// How often `own` has changed.
  nonisolated(unsafe) static var changes = 0
  /// The children of the program in whose place this one was started; guarded by `lock`.
  nonisolated(unsafe) static var earlier: Set<pid_t> = []
  /// Whether orphans are waited for; guarded by `lock`.
  nonisolated(unsafe) static var isBurying = false
  static let lock = ProcessLock()

  /// Starts a child that the caller is going to wait for.
  ///
  /// - Parameter start: Starts it, sets its number and returns 0, or returns an error number.
  /// - Returns: What `start` returns.
  package static func start(_ process: inout pid_t, _ start: (inout pid_t) -> Int32) -> Int32 {
    // With the lock held: a child that ends at once is not taken for an orphan.
    lock.locked {
      let error = start(&process)
      if error == 0 { note(process) }
      return error
    }
  }

  /// Makes an orphan a child that the caller is going to wait for.
  ///
  /// - Returns: Whether it still runs.
  package static func adopt(_ process: pid_t) -> Bool {
    lock.locked {
      guard waitpid(process, nil, WNOHANG) == 0 else { return false }
      note(process)
      return true
    }
  }

  /// Waits for the end of an own child.
  ///
  /// - Returns: The exit status, or the negative number of the signal that ended it.
  @discardableResult
  package static func waitForEnd(of process: pid_t) -> Int32 {
    _ = hasEnded(process, waits: true)
    return lock.locked {
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      own.remove(process)
      changed()
      return status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
    }
  }

  /// Whether a child has ended; it keeps its number until it is waited for.
  package static func hasEnded(_ process: pid_t, waits: Bool = false) -> Bool {
    var information = siginfo_t()
    information.si_signo = 0
    let options = WEXITED | WNOWAIT | (waits ? 0 : WNOHANG)
    while waitid(P_PID, id_t(process), &information, options) != 0 {
      if errno != EINTR { return true }
    }
    return information.si_signo == SIGCHLD
  }

  private static func note(_ process: pid_t) {
    own.insert(process)
    changed()
  }

  private static func changed() {
    changes += 1
    lock.wake()
  }
}
