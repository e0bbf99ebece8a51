import Glibc
import JupyterKernel
import JupyterProtocol
import Synchronization
import Testing

/// A front end over real sockets, so that a test reads as a conversation.
final class TestFrontend {
  let connection: ConnectionFile
  private let context = SocketContext()
  private let factory: MessageFactory
  private let wire: WireFormat
  private let role: CurveRole?
  private var sockets: [Channel: Socket] = [:]

  /// - Parameters:
  ///   - key: another key than the connection's.
  ///   - listens: whether it subscribes to what is published.
  ///   - session: also the identity that the kernel's sockets see.
  ///   - curve: the keys it has for itself, where the connection brings some; by default those.
  ///   - isEncrypted: whether it encrypts at all.
  init(
    _ connection: ConnectionFile, key: [UInt8]? = nil, listens: Bool = true,
    session: String = Identifier.random(), curve: CurveKeys? = nil, isEncrypted: Bool = true
  ) throws {
    role = !isEncrypted ? nil : connection.curve.map { .client(curve ?? $0, server: $0.publicKey) }
    self.connection = connection
    factory = MessageFactory(session: session, username: "tester")
    wire = WireFormat(key: key ?? connection.key)
    for channel in [Channel.shell, .control, .stdin] {
      let socket = try Socket(.dealer, in: context)
      socket.setIdentity(factory.session)
      try add(socket, channel)
    }
    try add(try Socket(.request, in: context), .heartbeat)
    if listens { try listen() }
  }

  /// Subscribes to everything that is published.
  func listen() throws {
    let subscriber = try Socket(.subscriber, in: context)
    subscriber.subscribe(to: "")
    try add(subscriber, .iopub)
  }

  private func add(_ socket: Socket, _ channel: Channel) throws {
    if let role { try socket.encrypt(as: role) }
    try socket.connect(connection.endpoint(channel))
    sockets[channel] = socket
  }

  deinit {
    for socket in sockets.values { socket.close() }
    context.terminate()
  }

  // MARK: Sending

  @discardableResult
  func send(
    _ type: String, _ content: JSON = [:], on channel: Channel = .shell,
    subshell: String? = nil, parent: Header? = nil, metadata: JSON = [:],
    buffers: [[UInt8]] = []
  ) -> Header {
    var message = factory.message(
      type, content: content, parent: parent, metadata: metadata, buffers: buffers)
    if let subshell { message.header.others = ["subshell_id": .string(subshell)] }
    sendFrames(wire.frames(of: message), on: channel)
    return message.header
  }

  func sendFrames(_ frames: [[UInt8]], on channel: Channel) { sockets[channel]?.send(frames) }

  /// The frames of a good request, to be damaged.
  func frames(_ type: String, _ content: JSON = [:]) -> [[UInt8]] {
    wire.frames(of: factory.message(type, content: content))
  }

  @discardableResult
  func execute(_ code: String, _ options: [String: JSON] = [:]) -> Header {
    send("execute_request", .object(options.merging(["code": .string(code)]) { $1 }))
  }

  // MARK: Receiving

  /// The next frames on a channel; nil when none come in time.
  func receiveFrames(on channel: Channel, seconds: Double = 20) -> [[UInt8]]? {
    let deadline = Clock.now() + seconds
    while let socket = sockets[channel] {
      if let frames = socket.receive() { return frames }
      let left = deadline - Clock.now()
      guard left > 0 else { return nil }
      socket.wait(or: nil, milliseconds: Int(left * 1000) + 1)
    }
    return nil
  }

  func receive(on channel: Channel, seconds: Double = 20) throws -> Message {
    let frames = try #require(receiveFrames(on: channel, seconds: seconds), "nothing on \(channel)")
    return try wire.message(from: frames)
  }

  /// The reply to a request; replies to others before it are skipped.
  func reply(to request: Header, on channel: Channel = .shell) throws -> Message {
    while true {
      let message = try receive(on: channel)
      if message.parentHeader["msg_id"]?.string == request.id { return message }
    }
  }

  /// Everything published for a request, from `busy` to `idle`.
  func published(for request: Header) throws -> [Message] {
    var messages: [Message] = []
    while true {
      let message = try receive(on: .iopub)
      guard message.parentHeader["msg_id"]?.string == request.id else { continue }
      messages.append(message)
      if message.content["execution_state"] == "idle" { return messages }
    }
  }

  /// Answers the question that the kernel asks next.
  @discardableResult
  func answer(_ line: String) throws -> Message {
    let question = try receive(on: .stdin)
    send("input_reply", ["value": .string(line)], on: .stdin)
    return question
  }

  /// Sends a request and returns the content of its reply.
  func ask(_ type: String, _ content: JSON = [:], on channel: Channel = .shell) throws -> JSON {
    try reply(to: send(type, content, on: channel), on: channel).content
  }

  /// Waits until what has been sent on the shell channel stands in its line in the kernel.
  ///
  /// A request on another channel could overtake it. Replies that come meanwhile are skipped.
  func awaitPlace() throws {
    let subshell = try #require(ask("create_subshell_request", on: .control)["subshell_id"]?.string)
    _ = try reply(to: send("is_complete_request", ["code": "1"], subshell: subshell))
    _ = try ask("delete_subshell_request", ["subshell_id": .string(subshell)], on: .control)
  }

  /// Runs a cell and returns its reply and what was published between `busy` and `idle`.
  func run(_ code: String, _ options: [String: JSON] = [:]) throws -> (JSON, [Message]) {
    let request = execute(code, options)
    let reply = try reply(to: request)
    let messages = try published(for: request)
    #expect(messages.first?.content["execution_state"] == "busy")
    return (reply.content, Array(messages.dropFirst().dropLast()))
  }
}

/// Seconds since some fixed moment.
enum Clock {
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

extension Message {
  /// Its type and the part of it that tests compare.
  var summary: String {
    let text = content["text"]?.string ?? content["data"]?["text/plain"]?.string ?? ""
    return header.type == "stream"
      ? "\(content["name"]?.string ?? "") \(text)"
      : header.type == "status"
        ? content["execution_state"]?.string ?? ""
        : text.isEmpty ? header.type : "\(header.type) \(text)"
  }
}
