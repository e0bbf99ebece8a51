import JupyterProtocol

/// A ROUTER socket and the thread that owns it: shell, control or stdin.
///
/// Messages that arrive are handed on in that thread; replies may be sent from any thread.
final class RouterChannel: Sendable {
  private struct Letter {
    var message: Message
    /// Called before a question is sent, once everything that came before it is out of the way.
    var begin: (@Sendable () -> Void)?
  }

  private struct Outbox {
    var letters: [Letter] = []
    var isClosing = false
  }

  let channel: Channel
  /// Where the socket listens.
  let port: Int
  private let socket: Socket
  private let wire: WireFormat
  private let log: SparingLog
  private let wakeup = Wakeup()
  private let outbox = Monitor(Outbox())

  /// - Throws: `KernelError` when the endpoint cannot be had.
  init(
    _ channel: Channel, of connection: ConnectionFile, in context: SocketContext,
    wire: WireFormat, log: Log
  ) throws(KernelError) {
    self.channel = channel
    self.wire = wire
    self.log = SparingLog(log)
    socket = try Socket(.router, in: context)
    do { port = try socket.bind(channel, of: connection) } catch {
      socket.close()
      throw error
    }
  }

  /// Starts the thread.
  ///
  /// `onMessage` is called in it for every message that is well formed.
  func start(onMessage: @escaping @Sendable (Message, RouterChannel) -> Void) -> KernelThread {
    KernelThread(channel.rawValue) { [self] in serve(onMessage) }
  }

  /// Sends a message to the peer that its identities name.
  func send(_ message: Message) { post(Letter(message: message)) }

  /// Sends a message whose answer is waited for.
  ///
  /// What has arrived before it is dropped, so that an old answer cannot be taken for the new one;
  /// then `begin` is called in the channel's thread.
  func ask(_ message: Message, begin: @escaping @Sendable () -> Void) {
    post(Letter(message: message, begin: begin))
  }

  private func post(_ letter: Letter) {
    outbox.withLock { $0.letters.append(letter) }
    wakeup.signal()
  }

  /// Lets the thread send what waits, close the socket and end.
  func close() {
    outbox.withLock { $0.isClosing = true }
    wakeup.signal()
  }

  private func serve(_ onMessage: (Message, RouterChannel) -> Void) {
    while true {
      socket.wait(or: wakeup, milliseconds: -1)
      let (letters, isClosing) = outbox.withLock { outbox in
        defer { outbox.letters = [] }
        return (outbox.letters, outbox.isClosing)
      }
      for letter in letters {
        if let begin = letter.begin {
          dropAll()
          begin()
        }
        socket.send(wire.frames(of: letter.message))
      }
      if isClosing { return socket.close() }
      if let frames = socket.receive(), let message = read(frames) { onMessage(message, self) }
    }
  }

  private func dropAll() {
    while socket.receive() != nil {
      log("dropped a message on \(channel.rawValue): it came before the question was asked")
    }
  }

  private func read(_ frames: [[UInt8]]) -> Message? {
    do { return try wire.message(from: frames) } catch {
      log("dropped a message on \(channel.rawValue): \(error)")
      return nil
    }
  }
}
