import CCellRuntime
import CellWorker
import Glibc
import Synchronization

/// How a worker ended.
struct WorkerDeath: Sendable {
  /// The exit status, or the negative number of the signal.
  var status: Int32
  /// The last top-level item of the cell that had completed, or -1.
  var completed: Int
  /// The frames at the crash that are in cells, innermost first: the shared object and the place in
  /// it.
  var frames: [(library: String, offset: UInt64)]
}

/// A worker and the thread that starts it, listens to it, and buries it.
final class WorkerProcess: @unchecked Sendable {
  private let mailbox: Mailbox
  private let late: @Sendable (CellEvent) -> Void
  private let channel: FrameChannel
  private let outputs: [Int32]
  private let memory: UnsafeMutableRawPointer
  let process: pid_t
  private let sending = Mutex(())
  private let isAlive = Mutex(true)
  private var decoders = [UTF8Decoder(), UTF8Decoder()]
  private var frames = FrameBuffer()
  private var libraries: [(path: String, address: UInt64)] = []
  private let running = Mutex("")
  private let ended = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  /// Starts a worker and calls `ready` with it, from its thread; then listens until it ends.
  static func start(
    _ configuration: CellSession.Configuration, mailbox: Mailbox,
    late: @escaping @Sendable (CellEvent) -> Void
  ) -> Result<WorkerProcess, CellFailure> {
    let starter = Starter(configuration: configuration, mailbox: mailbox, late: late)
    return starter.start()
  }

  fileprivate init(
    parts: SpawnedParts, mailbox: Mailbox, late: @escaping @Sendable (CellEvent) -> Void
  ) {
    self.mailbox = mailbox
    self.late = late
    channel = FrameChannel(descriptor: parts.channel)
    outputs = parts.outputs
    memory = parts.memory
    process = parts.process
    sem_init(ended, 0, 0)
  }

  deinit {
    munmap(memory, CellWorker.memorySize)
    sem_destroy(ended)
    ended.deallocate()
  }

  /// The last top-level item of the running cell that has completed, or -1.
  var completed: Int { Int(memory.load(as: Int32.self)) }

  /// Whether the process has not ended.
  var isRunning: Bool { isAlive.withLock { $0 } }

  /// Sends a command.
  func send(_ command: WorkerCommand) {
    if case .run(let library, _) = command { running.withLock { $0 = library } }
    _ = sending.withLock { _ in channel.send(command.frame) }
  }

  /// Ends the worker and the programs it has started.
  func kill() {
    isAlive.withLock { alive in
      if alive { _ = Glibc.kill(-process, SIGKILL) }
    }
  }

  /// Waits until the worker is gone and its thread is done with it; not longer than a few seconds,
  /// as a process that the system cannot end must not hold up the session.
  func waitForEnd() {
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    deadline.tv_sec += 3
    var result = sem_timedwait(ended, &deadline)
    while result != 0, errno == EINTR { result = sem_timedwait(ended, &deadline) }
    if result == 0 { sem_post(ended) }
  }

  // MARK: The pump

  fileprivate func pump() {
    var waiting = ([channel.descriptor] + outputs).map {
      pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
    }
    while true {
      guard poll(&waiting, 3, -1) >= 0 else { continue }
      if waiting[0].revents != 0 {
        guard receive() else { break }
      } else {
        for k in 0..<2 where waiting[k + 1].revents != 0 {
          if !drain(k, once: true) { waiting[k + 1].fd = -1 }
        }
      }
    }
    bury()
  }

  /// Passes on what the worker says; `false` at its end.
  private func receive() -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65536)
    let count = read(channel.descriptor, &bytes, bytes.count)
    if count < 0 { return errno == EINTR || errno == EAGAIN }
    guard count > 0 else { return false }
    frames.append(bytes[..<count])
    while let frame = frames.next() {
      drainAll()
      guard let report = try? WorkerReport(frame: frame) else { return false }
      pass(report)
    }
    return true
  }

  private func pass(_ report: WorkerReport) {
    switch report {
    case .ready: break
    case .loaded(let address):
      libraries.append((running.withLock { $0 }, UInt64(truncatingIfNeeded: address)))
    case .show(let bundle, let id): post(.display(bundle, id: id))
    case .update(let bundle, let id): post(.update(bundle, id: id))
    case .clear(let wait): post(.clearOutput(wait: wait))
    case .page(let bundle): post(.page(bundle))
    case .comm(let message): post(.comm(message))
    case .ask(let prompt, let isSecret):
      ask(InputRequest(prompt: prompt, isSecret: isSecret))
    case .finished, .threw, .unloadable:
      finishText()
      _ = mailbox.post(.report(report), last: true)
    }
    if report.wantsAcknowledgement { send(.acknowledge) }
  }

  /// Passes a question on; between cells nobody waits for one, so it is refused.
  private func ask(_ request: InputRequest) {
    if !mailbox.post(.question(request)) { send(.answer(.unavailable)) }
  }

  private func post(_ event: CellEvent) {
    if !mailbox.post(.event(event)) { late(event) }
  }

  private func drainAll() {
    for k in outputs.indices { _ = drain(k, once: false) }
  }

  /// Passes on what a stream holds; `false` at its end.
  private func drain(_ k: Int, once: Bool) -> Bool {
    var bytes = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(outputs[k], &bytes, bytes.count)
      if count < 0 { return errno == EINTR || errno == EAGAIN }
      guard count > 0 else { return false }
      let text = decoders[k].decode(bytes[..<count])
      if !text.isEmpty { post(.stream(k == 0 ? .standardOutput : .standardError, text)) }
      if once { return true }
    }
  }

  private func finishText() {
    for k in outputs.indices {
      let text = decoders[k].finish()
      if !text.isEmpty { post(.stream(k == 0 ? .standardOutput : .standardError, text)) }
    }
  }

  private func bury() {
    let status = isAlive.withLock { alive in
      alive = false
      _ = Glibc.kill(-process, SIGKILL)
      var status: Int32 = 0
      while waitpid(process, &status, 0) < 0, errno == EINTR {}
      return status & 0x7f == 0 ? (status >> 8) & 0xff : -(status & 0x7f)
    }
    drainAll()
    finishText()
    let death = WorkerDeath(status: status, completed: completed, frames: crashFrames)
    ([channel.descriptor] + outputs).forEach { close($0) }
    sem_post(ended)
    _ = mailbox.post(.died(death), last: true)
  }

  private var crashFrames: [(library: String, offset: UInt64)] {
    let words = (memory + 8).assumingMemoryBound(to: UInt64.self)
    let count = min(Int(clamping: words[0]), CellWorker.frameCapacity - 1)
    let sizes = libraries.map { UInt64(clamping: CellWorker.loadedSize(ofLibrary: $0.path)) }
    return (0..<count).compactMap { k in
      let counter = words[1 + k]
      let owner = libraries.indices.first {
        counter >= libraries[$0].address && counter < libraries[$0].address + sizes[$0]
      }
      return owner.map { (libraries[$0].path, counter - libraries[$0].address) }
    }
  }
}

/// Starts a worker from the thread that will listen to it: the system ends a worker with the
/// *thread* that started it.
private final class Starter: @unchecked Sendable {
  let configuration: CellSession.Configuration
  let mailbox: Mailbox
  let late: @Sendable (CellEvent) -> Void
  private let started = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  private var result: Result<WorkerProcess, CellFailure>?

  init(
    configuration: CellSession.Configuration, mailbox: Mailbox,
    late: @escaping @Sendable (CellEvent) -> Void
  ) {
    self.configuration = configuration
    self.mailbox = mailbox
    self.late = late
    sem_init(started, 0, 0)
  }

  deinit {
    sem_destroy(started)
    started.deallocate()
  }

  func start() -> Result<WorkerProcess, CellFailure> {
    startThread { [self] in
      let spawned = SpawnedParts.spawn(configuration).map {
        WorkerProcess(parts: $0, mailbox: mailbox, late: late)
      }
      result = spawned
      sem_post(started)
      if case .success(let worker) = spawned { worker.pump() }
    }
    while sem_wait(started) != 0, errno == EINTR {}
    return result ?? .failure(SpawnedParts.failure(EAGAIN))
  }
}
