import Glibc
import JupyterProtocol
import Synchronization

/// The one way out for everything that all front ends see.
///
/// Any thread may publish; one queue keeps the order, and one thread owns the XPUB socket. Until
/// the first front end has subscribed, output waits, for ten seconds at most.
final class IOPub: Sendable {
  private struct Queue {
    var outputs: [Output] = []
    /// UTF-8 bytes of stream text in `outputs`.
    var textBytes = 0
    var isClosing = false
  }

  /// How much text may wait before those who write more have to wait, too, in bytes.
  private static let maximumText = 4 << 20
  /// How long the first subscriber is waited for, in nanoseconds.
  private static let patience: UInt64 = 10_000_000_000

  /// Where the socket listens.
  let port: Int
  private let socket: Socket
  private let wire: WireFormat
  private let messages: MessageFactory
  private let wakeup = Wakeup()
  private let queue = Monitor(Queue())
  /// The requests that have been said to be worked on, oldest first.
  private let busy = Mutex<[Header]>([])

  /// - Throws: `KernelError` when the endpoint cannot be had.
  init(
    _ connection: ConnectionFile, in context: SocketContext, wire: WireFormat,
    messages: MessageFactory
  ) throws(KernelError) {
    self.wire = wire
    self.messages = messages
    socket = try Socket(.extendedPublisher, in: context)
    do { port = try socket.bind(.iopub, of: connection) } catch {
      socket.close()
      throw error
    }
  }

  func start() -> KernelThread { KernelThread("iopub") { [self] in serve() } }

  /// Publishes content that belongs to a request.
  func publish(_ content: any OutgoingContent, parent: Header?) {
    enqueue(.other(content, parent: parent))
  }

  /// Publishes new content for a display; of updates in quick succession the last counts.
  func publish(_ update: UpdateDisplayData, parent: Header?) {
    enqueue(.update(update, parent: parent))
  }

  /// Publishes text; waits while too much of it waits already.
  func write(_ text: String, to name: String, parent: Header?) {
    queue.wait { $0.textBytes < Self.maximumText || $0.isClosing ? () : nil }
    let output = Output.stream(StreamOutput(name: name, text: text), parent: parent)
    enqueue(output, textBytes: text.utf8.count)
  }

  /// Sends what is held back to be joined with what follows; returns at once.
  func flush() { enqueue(.flush) }

  /// Lets the thread send what waits, close the socket and end.
  ///
  /// Later output is dropped.
  func close() {
    queue.withLock { $0.isClosing = true }
    wakeup.signal()
  }

  private func enqueue(_ output: Output, textBytes: Int = 0) {
    let isFirst = queue.withLock { queue in
      guard !queue.isClosing else { return false }
      queue.outputs.append(output)
      queue.textBytes += textBytes
      return queue.outputs.count == 1
    }
    if isFirst { wakeup.signal() }
  }

  // MARK: The thread

  private func serve() {
    var batch = OutputBatch()
    var start: UInt64? = monotonicNanoseconds() + Self.patience
    while true {
      let now = monotonicNanoseconds()
      let next = [start, batch.deadline].compactMap(\.self).min()
      socket.wait(or: wakeup, milliseconds: next.map { milliseconds(from: now, to: $0) } ?? -1)
      while let frames = socket.receive() {
        if welcome(frames), start != nil {
          send(.other(Status.starting, parent: nil))
          start = nil
        }
      }
      if queue.withLock({ $0.isClosing }) { break }
      if let limit = start {
        guard monotonicNanoseconds() >= limit else { continue }
        start = nil
      }
      advance(&batch)
    }
    advance(&batch)
    batch.flush(now: monotonicNanoseconds()).forEach(send)
    socket.close()
  }

  private func advance(_ batch: inout OutputBatch) {
    let outputs = queue.withLock { queue in
      defer { queue = Queue(isClosing: queue.isClosing) }
      return queue.outputs
    }
    for output in outputs { batch.add(output, now: monotonicNanoseconds()).forEach(send) }
    batch.due(now: monotonicNanoseconds()).forEach(send)
  }

  /// Greets a new subscriber, and tells it what the kernel is at: a page that was reloaded while a
  /// cell runs has missed the beginning.
  ///
  /// Returns false when the frames tell of one that leaves.
  private func welcome(_ frames: [[UInt8]]) -> Bool {
    guard let frame = frames.first, frame.first == 1 else { return false }
    let topic = Array(frame.dropFirst())
    let content = IOPubWelcome(subscription: String(decoding: topic, as: UTF8.self))
    let message = messages.message(
      IOPubWelcome.type, content: content.json, identities: topic.isEmpty ? [] : [topic])
    socket.send(wire.frames(of: message))
    if let running = busy.withLock({ $0.first }) { send(Status.busy, running) }
    return true
  }

  private func send(_ output: Output) {
    switch output {
    case .stream(let content, let parent): send(content, parent)
    case .update(let content, let parent): send(content, parent)
    case .other(let content, let parent):
      if let status = content as? Status, let parent { note(status, of: parent) }
      send(content, parent)
    case .flush: break
    }
  }

  private func note(_ status: Status, of request: Header) {
    busy.withLock { busy in
      if status == .busy { busy.append(request) } else { busy.removeAll { $0.id == request.id } }
    }
  }

  private func send(_ content: some OutgoingContent, _ parent: Header?) {
    let topic = Array("kernel.\(messages.session).\(type(of: content).type)".utf8)
    socket.send(
      wire.frames(of: messages.message(content, parent: parent, identities: [topic])))
  }

  private func milliseconds(from now: UInt64, to then: UInt64) -> Int {
    then <= now ? 0 : Int((then - now + 999_999) / 1_000_000)
  }
}

/// The time since some fixed moment, in nanoseconds.
func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}
