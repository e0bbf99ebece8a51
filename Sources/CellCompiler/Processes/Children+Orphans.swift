import Glibc

extension Children {
  /// Waits for orphans as they end, from now on.
  ///
  /// Only for a program in which all children are started here: others would lose theirs.
  package static func buryOrphans() {
    let isFirst = lock.locked {
      guard !isBurying else { return false }
      isBurying = true
      earlier = Set(runningChildren()).subtracting(own)
      return true
    }
    if isFirst { startThread { while true { buryNext() } } }
  }

  private static func buryNext() {
    let seen = lock.locked { changes }
    var information = siginfo_t()
    let result = waitid(P_ALL, 0, &information, WEXITED | WNOWAIT)
    if result != 0, errno == EINTR { return }
    let process = information._sifields._sigchld.si_pid
    // There are no children, or the first that has ended is one that somebody else waits for.
    if result != 0 || !bury(process) { lock.locked { while changes == seen { lock.wait() } } }
  }

  private static func bury(_ process: pid_t) -> Bool {
    lock.locked {
      guard !own.contains(process) else { return false }
      _ = waitpid(process, nil, WNOHANG)
      return true
    }
  }

  /// Ends the orphans that run, and what they have started.
  ///
  /// Only where ``buryOrphans()`` was called; elsewhere nothing happens.
  package static func endOrphans() {
    // The children of one that has ended are orphans in the next round.
    for round in 0..<100 {
      let isDone = lock.locked {
        guard isBurying else { return true }
        let orphans = runningChildren().filter { !own.contains($0) && !earlier.contains($0) }
        for orphan in orphans { kill(orphan, SIGKILL) }
        return orphans.isEmpty
      }
      if isDone { return }
      usleep(round < 10 ? 500 : 10_000)
    }
  }

  /// The children of this process that have not ended.
  private static func runningChildren() -> [pid_t] {
    allNames(in: "/proc").compactMap { pid_t($0) }.filter { process in
      // The name, in brackets, may hold anything; behind it come the state and the parent.
      let words = statusText(of: process).split(separator: ")").last?.split(separator: " ")
      guard let words, words.count > 1, words[0] != "Z" else { return false }
      return pid_t(words[1]) == getpid()
    }
  }

  private static func statusText(of process: pid_t) -> String {
    let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    return String(unsafeUninitializedCapacity: 512) { max(read(file, $0.baseAddress, 512), 0) }
  }
}
