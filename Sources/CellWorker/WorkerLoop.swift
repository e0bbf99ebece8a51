import CCellRuntime
import Display
import Glibc
import Synchronization

/// The worker's main thread: takes commands while cells run on threads of their own.
struct WorkerLoop {
  let channel: FrameChannel
  private let sink: WorkerSink
  private static let partialLineDelay: Int32 = 25

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
      flushPartialLinesUntilCommand()
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
    case .interrupt: Interrupt.request()
    case .answer(let answer): sink.take(answer)
    case .run(let library, let entry):
      Interrupt.reset()
      CellThread(.cell(library: library, entry: entry), sink: sink).start()
    case .deliver(let message):
      Interrupt.reset()
      CellThread(.message(message), sink: sink).start()
    }
  }

  /// `print` without a line feed shows within moments: a line that stands in the buffer is written
  /// out while the loop waits.
  private func flushPartialLinesUntilCommand() {
    var waiting = pollfd(fd: channel.descriptor, events: Int16(POLLIN), revents: 0)
    while CellThread.isRunning.load(ordering: .relaxed) {
      if poll(&waiting, 1, Self.partialLineDelay) > 0 { return }
      cell_runtime_flush_output()
    }
    poll(&waiting, 1, -1)
  }

  /// The session is gone: so are the worker and the programs that cells have started.
  private func endGroup() -> Never {
    if getpgrp() == getpid() { kill(0, SIGKILL) }
    _exit(0)
  }
}
