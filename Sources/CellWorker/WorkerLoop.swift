import CCellRuntime
import Display
import Glibc
import Synchronization

/// The worker's own thread: takes commands while cells run on threads of their own.
final class WorkerLoop: @unchecked Sendable {
  private let channel: FrameChannel
  private let sink: WorkerSink
  private var cell: CellThread?
  private var hasSnapshot = false
  private var memory = MemoryLimit()
  private static let tick: Int32 = 10
  /// How many threads of this process are the worker's.
  nonisolated(unsafe) private(set) static var threadCount = 1

  init(channel: FrameChannel) {
    self.channel = channel
    sink = WorkerSink(channel: channel)
  }

  func run() -> Never {
    DisplayOutput.sink = sink
    channel.send(WorkerReport.ready.frame)
    var frames = FrameBuffer()
    var bytes = [UInt8](repeating: 0, count: 65536)
    while true {
      attendUntilCommand()
      let count = read(channel.descriptor, &bytes, bytes.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { endGroup() }
      frames.append(bytes[..<count])
      while let frame = frames.next() {
        guard let command = try? WorkerCommand(frame: frame) else { endGroup() }
        obey(command)
      }
    }
  }

  private func obey(_ command: WorkerCommand) {
    switch command {
    case .acknowledge: sink.acknowledge()
    case .interrupt:
      cell_runtime_interrupt()
      Interrupt.request()
    case .answer(let answer): sink.take(answer)
    case .abandon: cell?.trap()
    case .run(let library, let entry, let isProtected):
      start(.cell(library: library, entry: entry), isProtected: isProtected)
    case .deliver(let message, let isProtected):
      start(.message(message), isProtected: isProtected)
    }
  }

  private func start(_ work: CellThread.Work, isProtected: Bool) {
    cell?.join()
    cell_runtime_forget_interrupt()
    Interrupt.reset()
    if isProtected { takeSnapshot() } else { Snapshot.release() }
    memory.apply()
    cell = CellThread(work, sink: sink)
    cell?.start()
  }

  /// Looks after a running cell, and after what it has left, until there is a command.
  ///
  /// Text without a line feed is written out, the memory watched, and a snapshot ended that is not
  /// needed any more.
  private func attendUntilCommand() {
    var waiting = pollfd(fd: channel.descriptor, events: Int16(POLLIN), revents: 0)
    while CellThread.isRunning.load(ordering: .acquiring) {
      if poll(&waiting, 1, Self.tick) > 0 { return }
      cell_runtime_flush_output()
      memory.check()
    }
    Snapshot.release()
    while !Snapshot.areGone() { if poll(&waiting, 1, Self.tick) > 0 { return } }
    attendToWhatIsLeft(&waiting)
    poll(&waiting, 1, -1)
  }

  /// Threads that go on behind their cell may print, too; and when nobody has waited for a while, the
  /// next snapshot is made lighter.
  private func attendToWhatIsLeft(_ waiting: inout pollfd) {
    var dispatch: Int32 = 0
    var rounds = 0
    while Snapshot.wasSlow || Int(cell_runtime_count_threads(&dispatch)) > Self.threadCount {
      let hastens = Snapshot.wasSlow && rounds > 4
      if poll(&waiting, 1, hastens ? 0 : Self.tick * 5) > 0 { return }
      cell_runtime_flush_output()
      if hastens { Snapshot.hasten(unless: waiting.fd, milliseconds: Self.tick * 5) }
      rounds += 1
    }
  }

  /// The session is gone: so are the worker and the programs that cells have started.
  private func endGroup() -> Never {
    Snapshot.release()
    if getpgrp() == getpid() { kill(0, SIGKILL) }
    _exit(0)
  }
}

// MARK: Snapshots

extension WorkerLoop {
  private func takeSnapshot() {
    switch Snapshot.take(channel: channel) {
    case .taken: break
    case .unavailable(let error): channel.send(WorkerReport.unprotected(error: Int(error)).frame)
    case .takesOver(let channel): Self.takeOver(channel)
    }
  }

  /// Goes on in the place of the process from which this one was forked.
  ///
  /// It does so on a fresh thread: what the runtime remembers of the forked one, its number above
  /// all, is that of a thread of the dead process.
  private static func takeOver(_ channel: FrameChannel) -> Never {
    threadCount = 2
    Snapshot.forget()
    let context = Unmanaged.passRetained(WorkerLoop(channel: channel)).toOpaque()
    var thread = pthread_t()
    let error = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<WorkerLoop>.fromOpaque(context).takeRetainedValue().resume()
      }, context)
    guard error == 0 else { _exit(1) }
    while true { pause() }
  }

  private func resume() -> Never {
    let keepsTasks = CellWorker.notes.pointee.keeps_tasks != 0
    cell_runtime_die_with_parent()
    cell_runtime_expose()
    CellThread.isRunning.store(false, ordering: .releasing)
    MainActorExecutor.resume(keepsJobs: keepsTasks)
    cell_runtime_resume_executor(keepsTasks ? 1 : 0)
    run()
  }
}
