import CCellRuntime
import Glibc

/// The state before a cell: a copy of this process that shares its memory and sleeps.
///
/// When the cell ends well the copy is ended. When this process dies, the session wakes the copy,
/// which goes on in its place as if the cell had never begun.
enum Snapshot {
  /// What came of taking one.
  enum Outcome {
    /// The copy sleeps; this process goes on.
    case taken
    /// There is none, for the reason given as an error number.
    case unavailable(Int32)
    /// This is the copy, and it is to take over, with this channel to the session.
    case takesOver(FrameChannel)
  }

  nonisolated(unsafe) private static var process: pid_t = 0
  nonisolated(unsafe) private static var ending: [pid_t] = []

  /// Takes a snapshot, in place of the one before.
  static func take(channel: FrameChannel) -> Outcome {
    release()
    // Not more than one is left to the session, should this process die.
    for _ in 0..<1000 where !areGone() { usleep(200) }
    let threads = threadsOfCells
    if threads.dispatch > 0 { usesDispatch = true }
    CellWorker.notes.pointee.threads_lost = Int32(threads.others)
    CellWorker.notes.pointee.uses_dispatch = usesDispatch ? 1 : 0
    CellWorker.notes.pointee.snapshot_duration = -1
    var received: Int32 = -1
    let size = Memory.shareable
    let clock = ContinuousClock()
    let began = clock.now
    let result = MainActorExecutor.whileAtRest {
      cell_runtime_snapshot(
        channel.descriptor, CellWorker.standbyDescriptor, CellWorker.notes, &received)
    }
    guard result != 0 else { return .takesOver(FrameChannel(descriptor: received)) }
    guard result > 0 else { return .unavailable(-result) }
    process = result
    let duration = clock.now - began
    wasSlow = duration > .milliseconds(5)
    CellWorker.notes.pointee.snapshot_duration = duration.nanoseconds
    CellWorker.notes.pointee.snapshot_size = Int64(size)
    return .taken
  }

  /// Ends the snapshot, as its cell has ended well.
  ///
  /// A large one takes a while to go.
  static func release() {
    guard process > 0 else { return }
    CellWorker.notes.pointee.snapshot = 0
    kill(process, SIGKILL)
    ending.append(process)
    CellWorker.notes.pointee.released = process
    process = 0
  }

  /// Whether all released ones are gone.
  static func areGone() -> Bool {
    ending.removeAll { cell_runtime_is_gone($0) != 0 }
    return ending.isEmpty
  }

  /// Notes, in a copy that takes over, that it has no snapshot itself.
  static func forget() {
    process = 0
    ending = []
    CellWorker.notes.pointee.snapshot = 0
  }

  /// Whether the last one took long to take, as it does when there are gigabytes in small pages.
  nonisolated(unsafe) private(set) static var wasSlow = false

  /// Has the next one take less long, for some milliseconds or until there is a command: gigabytes go
  /// into large pages.
  ///
  /// The system moves them at about a second a gigabyte, once. It must not do so while a snapshot
  /// shares them, as they would be doubled.
  static func hasten(unless waiting: Int32, milliseconds: Int32) {
    let isShared = process != 0 || !ending.isEmpty
    if isShared || cell_runtime_use_large_pages(waiting, milliseconds) != 0 { wasSlow = false }
  }

  /// Whether cells have used Dispatch, here or in the process before this one.
  nonisolated(unsafe) private static var usesDispatch = false

  /// How many threads run that a copy will not have and cannot start again: Dispatch's, and those
  /// that cells have started or that are in the middle of a task.
  private static var threadsOfCells: (dispatch: Int, others: Int) {
    var dispatch: Int32 = 0
    var others = 0
    for _ in 0..<3 {
      others =
        Int(cell_runtime_count_threads(&dispatch)) - Int(dispatch) - WorkerLoop.threadCount
        - Int(cell_runtime_idle_threads()) - MainActorExecutor.idleThreads
      if others <= 0 { break }
      // Those of the last cell may be about to end.
      usleep(1000)
    }
    return (Int(dispatch), max(others, 0))
  }
}

extension Duration {
  fileprivate var nanoseconds: Int64 {
    components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000
  }
}
