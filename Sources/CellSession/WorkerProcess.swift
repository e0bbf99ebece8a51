import CCellRuntime
import CellCompiler
import CellWorker
import Glibc
import Synchronization

/// A worker: the process that runs cells, and in the course of time those that take over from it.
///
/// What the processes say is read by a thread of its own, ``pump()``, which also buries them.
final class WorkerProcess: @unchecked Sendable {
  /// The connection with the process that is the worker now.
  struct Link {
    var process: pid_t
    var channel: FrameChannel
    var isAlive = true
    /// Whether a cell runs, whose crash a snapshot can make good.
    var runsCell = false
    /// Whether the process is being ended because the user wants the cell to end.
    var isKilled = false
    /// Whether the process is being ended for good.
    var isEnding = false
    /// The shared object of the cell.
    var library = ""
    /// How many cells have been run.
    var cells = 0
    /// ``memoryKills()`` when the cell began.
    var memoryKills = 0
  }

  let mailbox: Mailbox
  let late: @Sendable (CellEvent) -> Void
  let standby: Int32
  let outputs: [Int32]
  let notes: WorkerNotes
  let link: Mutex<Link>
  private let sending = Mutex(())
  private let ended = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  // The pump's own.
  var decoders = [UTF8Decoder(), UTF8Decoder()]
  var frames = FrameBuffer()
  var libraries: [(path: String, address: UInt64)] = []
  var librariesBeforeCell = 0
  var gate: OutputGate
  var gateCell = 0
  var unprotected = Unprotected()

  init(
    parts: SpawnedParts, outputLimit: Int, mailbox: Mailbox,
    late: @escaping @Sendable (CellEvent) -> Void
  ) {
    self.mailbox = mailbox
    self.late = late
    standby = parts.standby
    outputs = parts.outputs
    notes = parts.notes
    gate = OutputGate(limit: outputLimit)
    link = Mutex(
      Link(process: parts.process, channel: FrameChannel(descriptor: parts.channel)))
    sem_init(ended, 0, 0)
  }

  deinit {
    sem_destroy(ended)
    ended.deallocate()
  }

  /// The process that is the worker now.
  var process: pid_t { link.withLock { $0.process } }

  /// The last top-level item of the running cell that has completed, or -1.
  var completed: Int { notes.completed }

  /// Whether the process has not ended.
  var isRunning: Bool { link.withLock { $0.isAlive } }

  /// Sends a command.
  func send(_ command: WorkerCommand) {
    switch command {
    case .run(let library, _, _): begin(library: library)
    case .deliver: begin(library: "")
    default: break
    }
    sending.withLock { _ in
      let channel = link.withLock { $0.isAlive ? $0.channel : nil }
      _ = channel?.send(command.frame)
    }
  }

  private func begin(library: String) {
    let kills = memoryKills()
    link.withLock { link in
      link.runsCell = true
      link.isKilled = false
      link.library = library
      link.cells += 1
      link.memoryKills = kills
    }
  }

  /// Connects with the process that takes over.
  func connect(_ process: pid_t, _ channel: FrameChannel) {
    sending.withLock { _ in
      link.withLock { link in
        link.process = process
        link.channel = channel
        link.isKilled = false
        link.isAlive = true
      }
    }
  }

  // MARK: The end

  /// Ends the process because the running cell does not end; a snapshot then takes over.
  ///
  /// The process is first asked to note where the cell is.
  func killCell() {
    let process = link.withLock { link -> pid_t? in
      guard link.isAlive, link.runsCell, !link.isKilled else { return nil }
      link.isKilled = true
      return link.process
    }
    guard let process else { return }
    startThread { [self] in
      send(.abandon)
    }
    startThread { [self] in
      usleep(Self.timeForNote)
      link.withLock { if $0.isAlive, $0.process == process { _ = Glibc.kill(-process, SIGKILL) } }
    }
  }

  private static let timeForNote: UInt32 = 100_000

  /// Ends the worker, its snapshot, and the programs it has started.
  func end() {
    link.withLock { link in
      link.isEnding = true
      guard link.isAlive else { return }
      if let snapshot = notes.snapshot { _ = Glibc.kill(snapshot, SIGKILL) }
      _ = Glibc.kill(-link.process, SIGKILL)
    }
  }

  /// Waits until the worker is gone and its thread is done with it; not longer than a moment, as a
  /// process that the system takes long to end must not hold up the session.
  ///
  /// - Returns: Whether that has come.
  @discardableResult
  func waitForEnd() -> Bool {
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    deadline.tv_nsec += 100_000_000
    deadline.tv_sec += deadline.tv_nsec / 1_000_000_000
    deadline.tv_nsec %= 1_000_000_000
    var result = sem_timedwait(ended, &deadline)
    while result != 0, errno == EINTR { result = sem_timedwait(ended, &deadline) }
    if result == 0 { sem_post(ended) }
    return result == 0
  }

  /// The pump is done.
  func noteEnd() { sem_post(ended) }
}
