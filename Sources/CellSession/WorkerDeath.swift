import CCellRuntime
import Glibc

/// How a worker ended.
struct WorkerDeath: Sendable {
  /// The exit status, or the negative number of the signal.
  var status: Int32
  /// The last top-level item of the cell that had completed, or -1.
  var completed: Int
  /// The frames at the crash that are in cells, innermost first: the shared object and the place in
  /// it.
  var frames: [(library: String, offset: UInt64)]
  /// What else is known of the cause.
  var cause: cell_runtime_cause
  /// What the Swift runtime said, if it ended the process.
  var lastWords: String?
  /// The address that a fault was about.
  var address: UInt64
  /// Whether the system has ended processes for want of memory since the cell began.
  var wasMemoryFull = false
  /// Whether the session has ended it, as the user wished.
  var wasKilledByUser = false
  /// Whether the state before the cell is there again.
  var isRecovered = false
  /// Threads of earlier cells that are gone although the state is there again.
  var threadsLost: Int
  /// Whether earlier cells have used Dispatch, which then does not work any more.
  var hasLostDispatch: Bool
}

/// How many processes the system has ended for want of memory since it started.
func memoryKills() -> Int {
  let file = open("/proc/vmstat", O_RDONLY | O_CLOEXEC)
  guard file >= 0 else { return 0 }
  defer { close(file) }
  let text = String(unsafeUninitializedCapacity: 1 << 15) {
    max(read(file, $0.baseAddress, 1 << 15), 0)
  }
  let line = text.split(separator: "\n").first { $0.hasPrefix("oom_kill ") }
  return line?.split(separator: " ").last.flatMap { Int($0) } ?? 0
}
