import Glibc
import JupyterProtocol

/// A connection file as Jupyter writes it, with free ports of this machine.
struct BenchConnection {
  let path: String
  let file: ConnectionFile

  init(folder: String) throws {
    var content: [String: JSON] = [
      "transport": "tcp", "ip": "127.0.0.1", "key": .string(Identifier.random()),
      "signature_scheme": "hmac-sha256", "kernel_name": "",
    ]
    for (channel, port) in zip(Channel.allCases, try Self.freePorts(Channel.allCases.count)) {
      content["\(channel.rawValue)_port"] = .integer(port)
    }
    path = "\(folder)/kernel-\(Identifier.random()).json"
    file = try ConnectionFile(.object(content))
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Failure.system("write", path) }
    defer { close(descriptor) }
    let bytes = JSON.object(content).bytes
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
      throw Failure.system("write", path)
    }
  }

  /// Ports that nobody listens on, all different because they are held together for a moment.
  private static func freePorts(_ count: Int) throws -> [Int] {
    let files = (0..<count).map { _ in socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0) }
    defer { for file in files { close(file) } }
    return try files.map { file in
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
      var size = socklen_t(MemoryLayout<sockaddr_in>.size)
      let isBound = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(file, $0, size) == 0 && getsockname(file, $0, &size) == 0
        }
      }
      guard isBound else { throw Failure.system("find a free port on", "127.0.0.1") }
      return Int(in_port_t(bigEndian: address.sin_port))
    }
  }
}
