import FoundationEssentials
import Glibc
import JupyterKernel
import JupyterProtocol

/// A front end of one kernel, which notes when things arrive.
final class KernelConversation {
  private let context = SocketContext()
  private let messages = MessageFactory(username: "bench")
  private let wire: WireFormat
  private var sockets: [Channel: Socket] = [:]
  private var types: [String: String] = [:]

  /// Connects to a kernel that has been started with a connection file.
  ///
  /// A socket that is opened too early is tried again by ZeroMQ after a pause of its own choice;
  /// so that no kernel pays for that, the first port is watched until somebody listens.
  init(_ connection: ConnectionFile, seconds: Double) throws {
    wire = WireFormat(key: connection.key)
    let deadline = BenchClock.now() + seconds
    for channel in [Channel.shell, .control, .iopub] {
      try Self.awaitListener(connection.ports[channel, default: 0], until: deadline)
      let socket = try Socket(channel == .iopub ? .subscriber : .dealer, in: context)
      if channel == .iopub {
        socket.subscribe(to: "")
      } else {
        socket.setIdentity(messages.session)
      }
      try socket.connect(connection.endpoint(channel))
      sockets[channel] = socket
    }
  }

  deinit {
    for socket in sockets.values { socket.close() }
    context.terminate()
  }

  /// Sends a request and returns its identifier.
  @discardableResult
  func send(_ type: String, _ content: JSON = [:], on channel: Channel = .shell) -> String {
    let message = messages.message(type, content: content)
    sockets[channel]?.send(wire.frames(of: message))
    types[message.header.id] = type
    return message.header.id
  }

  /// The next message on a channel that answers the request and for which the condition holds.
  func answer(
    to request: String, on channel: Channel, seconds: Double = 20,
    where condition: (Message) -> Bool = { _ in true }
  ) throws -> Message {
    let deadline = BenchClock.now() + seconds
    while let message = try next(on: channel, until: deadline) {
      if message.parentHeader["msg_id"]?.string == request, condition(message) { return message }
    }
    let type = types[request] ?? "message"
    throw Failure("A \(type) was not answered on \(channel.rawValue) within \(seconds) s.")
  }

  /// The next message on a channel; nil when none comes in time.
  func next(on channel: Channel, until deadline: Double) throws -> Message? {
    while let socket = sockets[channel] {
      if let frames = socket.receive() { return try wire.message(from: frames) }
      let left = deadline - BenchClock.now()
      guard left > 0 else { return nil }
      socket.wait(or: nil, milliseconds: Int(left * 1000) + 1)
    }
    return nil
  }

  /// Sends a request and returns the seconds until its reply.
  func timeReply(
    _ type: String, _ content: JSON = [:], on channel: Channel = .shell
  ) throws -> Double {
    let began = BenchClock.now()
    let request = send(type, content, on: channel)
    _ = try answer(to: request, on: channel)
    return BenchClock.now() - began
  }

  /// Sends a cell and returns the request's identifier.
  func start(_ code: String) -> String {
    send("execute_request", ["code": .string(code), "silent": false, "allow_stdin": false])
  }

  /// Waits for the end of a cell, and for its reply.
  ///
  /// - Throws: `Failure` where the cell did not work.
  func finish(_ request: String) throws {
    _ = try answer(to: request, on: .iopub) { $0.content["execution_state"] == "idle" }
    try requireSuccess(of: request)
  }

  /// Waits for the end of a cell that must fail, and for its reply.
  func finishFailed(_ request: String) throws {
    _ = try answer(to: request, on: .iopub) { $0.content["execution_state"] == "idle" }
    guard try answer(to: request, on: .shell).content["status"] == "error" else {
      throw Failure("A cell of the benchmark that was to fail did not.")
    }
  }

  /// Until what is published arrives: the subscription is on its way for a moment.
  func waitUntilHeard() throws {
    for _ in 0..<100 {
      let request = send("kernel_info_request")
      _ = try answer(to: request, on: .shell)
      let heard = try? answer(to: request, on: .iopub, seconds: 0.2) {
        $0.content["execution_state"] == "idle"
      }
      if heard != nil { return }
    }
    throw Failure("Nothing that the kernel publishes arrives.")
  }

  private func requireSuccess(of request: String) throws {
    let reply = try answer(to: request, on: .shell)
    guard reply.content["status"] == "ok" else {
      throw Failure(
        "A cell of the benchmark failed: \(reply.content["evalue"]?.string ?? "no reason given").")
    }
  }

  /// Runs a cell and returns the seconds until the kernel said it was idle.
  func timeCell(_ code: String) throws -> Double {
    let began = BenchClock.now()
    let request = start(code)
    _ = try answer(to: request, on: .iopub) { $0.content["execution_state"] == "idle" }
    let ended = BenchClock.now()
    try requireSuccess(of: request)
    return ended - began
  }

  /// The time that a cell printed, and the time at which that text arrived.
  func stamp(of request: String) throws -> (written: Double, arrived: Double) {
    let message = try answer(to: request, on: .iopub) { $0.header.type == "stream" }
    let arrived = BenchClock.now()
    let text = message.content["text"]?.string ?? ""
    guard let nanoseconds = Double(text.prefix { !$0.isWhitespace }) else {
      throw Failure("A cell of the benchmark was to print the time; it printed \(text).")
    }
    return (nanoseconds / 1e9, arrived)
  }

  private static func awaitListener(_ port: Int, until deadline: Double) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
    while BenchClock.now() < deadline {
      let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      defer { close(file) }
      let isThere = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          Glibc.connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
      }
      if isThere { return }
      usleep(500)
    }
    throw Failure("The kernel did not listen on port \(port) in time.")
  }
}
