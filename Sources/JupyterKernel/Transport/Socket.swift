import CZeroMQ
import Glibc
package import JupyterProtocol

/// A ZeroMQ context: the owner of sockets and of the thread that moves their bytes.
package final class SocketContext: @unchecked Sendable {
  fileprivate let handle: UnsafeMutableRawPointer?

  package init() { handle = zmq_ctx_new() }

  /// Makes every blocking call on the context's sockets return.
  func interrupt() { zmq_ctx_shutdown(handle) }

  /// Waits until all sockets are closed and what they had to send has left or lingered.
  package func terminate() {
    while zmq_ctx_term(handle) != 0, zmq_errno() == EINTR {}
  }
}

/// A ZeroMQ socket.
///
/// It may be used by one thread at a time.
package final class Socket: @unchecked Sendable {
  /// The patterns a kernel and its front ends use.
  package enum Kind: Sendable {
    case router, extendedPublisher, dealer, subscriber, request, reply

    fileprivate var code: Int32 {
      switch self {
      case .router: ZMQ_ROUTER
      case .extendedPublisher: ZMQ_XPUB
      case .dealer: ZMQ_DEALER
      case .subscriber: ZMQ_SUB
      case .request: ZMQ_REQ
      case .reply: ZMQ_REP
      }
    }
  }

  let handle: UnsafeMutableRawPointer

  /// A socket; a kernel's lingers for a second and drops no output to a slow but live front end.
  ///
  /// - Throws: `KernelError` when the process has no more sockets to give.
  package init(_ kind: Kind, in context: SocketContext) throws(KernelError) {
    guard let handle = zmq_socket(context.handle, kind.code) else {
      throw KernelError("cannot make a socket: \(KernelError.zeroMQReason)")
    }
    self.handle = handle
    set(ZMQ_SNDHWM, 100_000)
    set(ZMQ_LINGER, kind == .router || kind == .extendedPublisher ? 1000 : 0)
    // A peer that sends a larger frame is cut off before its frame fills the memory.
    var maximum = Int64(WireFormat.maximumBytes)
    zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &maximum, MemoryLayout<Int64>.size)
    switch kind {
    // A front end that reconnects with its old identity gets its place back (libzmq#2892).
    case .router: set(ZMQ_ROUTER_HANDOVER, 1)
    // Every subscription is seen, also a second one to the same topic: each gets its welcome.
    case .extendedPublisher: set(ZMQ_XPUB_VERBOSE, 1)
    case .dealer, .subscriber, .request, .reply: break
    }
  }

  func set(_ option: Int32, _ value: Int32) {
    var value = value
    zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size)
  }

  /// Asks for the messages whose first frame begins with `topic`.
  package func subscribe(to topic: String) {
    zmq_setsockopt(handle, ZMQ_SUBSCRIBE, topic, topic.utf8.count)
  }

  /// Gives a dealer the identity a router sees.
  package func setIdentity(_ identity: String) {
    zmq_setsockopt(handle, ZMQ_ROUTING_ID, identity, identity.utf8.count)
  }

  /// Listens where a connection file says, with its keys if it brings any.
  ///
  /// A port that its last owner has not quite left is tried for a second. Returns the port, which
  /// the system chooses where the file names none.
  package func bind(_ channel: Channel, of connection: ConnectionFile) throws(KernelError) -> Int {
    if let keys = connection.curve { try encrypt(as: .server(keys)) }
    try bind(connection.endpoint(channel), attempts: 10)
    // Who may not connect to a socket cannot send to it either.
    if let path = connection.path(channel) { chmod(path, 0o600) }
    let port = connection.ports[channel, default: 0]
    return port > 0 ? port : Int(lastEndpoint.split(separator: ":").last ?? "") ?? 0
  }

  func bind(_ endpoint: String, attempts: Int) throws(KernelError) {
    var attempt = 1
    while zmq_bind(handle, endpoint) != 0 {
      guard zmq_errno() == EADDRINUSE, attempt < attempts else {
        throw KernelError(
          "cannot listen at \(endpoint): \(KernelError.zeroMQReason). "
            + "Another process may use this connection file; start the kernel again.")
      }
      attempt += 1
      usleep(100_000)
    }
  }

  /// Where the socket listens.
  private var lastEndpoint: String {
    var text = [UInt8](repeating: 0, count: 256)
    var count = text.count
    guard zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &text, &count) == 0 else { return "" }
    return String(decoding: text.prefix(count).prefix { $0 != 0 }, as: UTF8.self)
  }

  /// Connects to an endpoint, now or as soon as somebody listens there.
  package func connect(_ endpoint: String) throws(KernelError) {
    guard zmq_connect(handle, endpoint) == 0 else {
      throw KernelError("cannot connect to \(endpoint): \(KernelError.zeroMQReason)")
    }
  }

  /// Sends a message without waiting.
  ///
  /// What cannot be delivered is dropped.
  package func send(_ frames: [[UInt8]]) {
    for (index, frame) in frames.enumerated() {
      let more = index < frames.count - 1 ? ZMQ_SNDMORE : 0
      while zmq_send(handle, frame, frame.count, ZMQ_DONTWAIT | more) < 0 {
        guard zmq_errno() == EINTR else { return }
      }
    }
  }

  /// The frames of the next message; nil when none has arrived.
  ///
  /// Frames beyond what `WireFormat` accepts are read and forgotten.
  package func receive() -> [[UInt8]]? {
    var frames: [[UInt8]] = []
    var count = 0
    var part = zmq_msg_t()
    repeat {
      zmq_msg_init(&part)
      defer { zmq_msg_close(&part) }
      while zmq_msg_recv(&part, handle, ZMQ_DONTWAIT) < 0 {
        guard zmq_errno() == EINTR else { return nil }
      }
      let isTooLarge = frames.count > WireFormat.maximumFrames || count > WireFormat.maximumBytes
      guard !isTooLarge else { continue }
      let bytes = UnsafeRawBufferPointer(start: zmq_msg_data(&part), count: zmq_msg_size(&part))
      count += bytes.count
      frames.append(Array(bytes))
    } while zmq_msg_more(&part) != 0
    return frames
  }

  /// Sends every message back to where it came from until the context is interrupted.
  func echo() { while zmq_proxy(handle, handle, nil) < 0, zmq_errno() == EINTR {} }

  package func close() { zmq_close(handle) }

  /// Waits until a message arrives or `wakeup` is signalled, for at most `milliseconds`.
  package func wait(or wakeup: Wakeup?, milliseconds: Int) {
    var items = [
      zmq_pollitem_t(socket: handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0),
      zmq_pollitem_t(
        socket: nil, fd: wakeup?.descriptor ?? -1, events: Int16(ZMQ_POLLIN), revents: 0),
    ]
    zmq_poll(&items, wakeup == nil ? 1 : 2, milliseconds)
    wakeup?.clear()
  }
}
