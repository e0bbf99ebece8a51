import Glibc
import JupyterKernel
import JupyterProtocol
import Synchronization

/// A kernel in this process, with sockets of its own.
final class KernelFixture: Sendable {
  let connection: ConnectionFile
  let host: ScriptedHost
  let lines = Lines()
  let shutdowns = Lines()
  private let server: KernelServer

  init(
    _ host: ScriptedHost = ScriptedHost(), transport: String = "ipc", key: String = "secret",
    history: HistoryFile = .memory, extra: [String: JSON] = [:]
  ) throws {
    self.host = host
    let address = transport == "ipc" ? "/tmp/offramp-\(Identifier.random().prefix(8))" : "127.0.0.1"
    var content: [String: JSON] = [
      "transport": .string(transport), "ip": .string(address), "key": .string(key),
    ].merging(extra) { $1 }
    let ports = transport == "ipc" ? Array(1...5) : try Self.freePorts(Channel.allCases.count)
    for (channel, port) in zip(Channel.allCases, ports) {
      content["\(channel.rawValue)_port"] = .integer(port)
    }
    connection = try ConnectionFile(.object(content))
    server = try KernelServer(
      connection, host: host, identity: KernelIdentity(version: "1.2.3", swiftVersion: "6.3"),
      history: history, log: Log { [lines] in lines.append($0) },
      onShutdown: { [shutdowns] in shutdowns.append("asked") })
    server.start()
  }

  func frontend(key: String? = nil, listens: Bool = true) throws -> TestFrontend {
    try TestFrontend(connection, key: key.map { Array($0.utf8) }, listens: listens)
  }

  /// A front end that has got its welcome.
  func connected() throws -> TestFrontend {
    let frontend = try frontend()
    while try frontend.receive(on: .iopub).header.type != "status" {}
    return frontend
  }

  func stop() { server.stop() }

  private static func freePorts(_ count: Int) throws -> [Int] {
    var sockets: [Int32] = []
    defer { for socket in sockets { close(socket) } }
    return (0..<count).map { _ in
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
      sockets.append(descriptor)
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      withUnsafeMutableBytes(of: &address) { bytes in
        let pointer = bytes.assumingMemoryBound(to: sockaddr.self).baseAddress
        bind(descriptor, pointer, size)
        getsockname(descriptor, pointer, &size)
      }
      return Int(UInt16(bigEndian: address.sin_port))
    }
  }
}

/// Lines collected from several threads.
final class Lines: Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }
  func append(_ line: String) { lines.withLock { $0.append(line) } }

  /// The lines, once there are `count`, or those there are after twenty seconds.
  func wait(for count: Int) -> [String] {
    let deadline = Clock.now() + 20
    while all.count < count, Clock.now() < deadline { usleep(1000) }
    return all
  }
}
