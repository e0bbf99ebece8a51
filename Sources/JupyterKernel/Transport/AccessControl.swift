import CZeroMQ
import JupyterProtocol

/// Lets only the holders of the connection file's keys connect to encrypted sockets.
///
/// Who knows the public key alone could otherwise read what is published. ZeroMQ asks here, in
/// the context of the sockets, for every connection (ZAP, ZeroMQ RFC 27).
///
/// The heartbeat is not asked about: Jupyter's beats come from a pair of keys made on the spot.
final class AccessControl: Sendable {
  private let socket: Socket
  private let key: [UInt8]
  private let log: SparingLog
  private let wakeup = Wakeup()
  private let isClosing = Monitor(false)

  /// - Throws: `KernelError` when the process has no more sockets to give.
  init(_ keys: CurveKeys, in context: SocketContext, log: Log) throws(KernelError) {
    var key = [UInt8](repeating: 0, count: 32)
    zmq_z85_decode(&key, keys.publicKey)
    self.key = key
    self.log = SparingLog(log)
    socket = try Socket(.reply, in: context)
    do { try socket.bind("inproc://zeromq.zap.01", attempts: 1) } catch {
      socket.close()
      throw error
    }
  }

  func start() -> KernelThread {
    KernelThread("access") { [self] in
      while !isClosing.withLock({ $0 }) {
        socket.wait(or: wakeup, milliseconds: -1)
        while let request = socket.receive() { socket.send(reply(to: request)) }
      }
      socket.close()
    }
  }

  /// Lets the thread end.
  func close() {
    isClosing.withLock { $0 = true }
    wakeup.signal()
  }

  /// A request is: version, number, domain, address, identity, mechanism, key.
  private func reply(to request: [[UInt8]]) -> [[UInt8]] {
    let isAllowed =
      request.count == 7 && request[5] == Array("CURVE".utf8) && request[6] == key
    if !isAllowed { log("refused a connection without the connection file's keys") }
    let number = request.count > 1 ? request[1] : []
    let verdict = isAllowed ? ["200", "OK"] : ["400", "unknown key"]
    return [Array("1.0".utf8), number] + verdict.map { Array($0.utf8) } + [[], []]
  }
}
