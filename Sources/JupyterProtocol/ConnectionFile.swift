import Glibc

/// The five sockets of a kernel.
public enum Channel: String, CaseIterable, Sendable {
  case shell, control, iopub, stdin
  case heartbeat = "hb"
}

/// A connection file that cannot be used.
public struct ConnectionFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence: which file, what is wrong with it, what to do.
  public let description: String
}

/// Where a kernel listens and the key its messages are signed with, as a front end wrote it down.
public struct ConnectionFile: Hashable, Sendable {
  /// How the sockets are reached.
  public enum Transport: String, Sendable { case tcp, ipc }

  public let transport: Transport
  /// A network address for `tcp`, the beginning of a path for `ipc`.
  public let address: String
  /// A port for every channel; for `ipc` the number at the end of the path.
  ///
  /// None stands for one that is not yet chosen.
  public let ports: [Channel: Int]
  /// The secret for signatures; empty when messages are not signed.
  public let key: [UInt8]
  /// The keys with which all sockets are encrypted; nil when they are not.
  public let curve: CurveKeys?

  /// The ZeroMQ endpoint of a channel: `tcp://127.0.0.1:5555`, `ipc:///run/kernel-1`.
  public func endpoint(_ channel: Channel) -> String {
    let separator = transport == .tcp ? ":" : "-"
    return "\(transport)://\(address)\(separator)\(ports[channel, default: 0])"
  }

  /// The path of a channel's socket; nil for one that has none.
  public func path(_ channel: Channel) -> String? {
    transport == .ipc ? "\(address)-\(ports[channel, default: 0])" : nil
  }

  /// Removes the files that sockets over `ipc` leave behind.
  public func removeSocketFiles() {
    for path in Channel.allCases.compactMap(path) { unlink(path) }
  }
}

extension ConnectionFile {
  /// Reads a connection file.
  ///
  /// - Throws: `ConnectionFileError` when the file is missing, not JSON, lacks a field, or asks
  ///   for a transport, signature scheme or encryption that is not supported.
  public init(path: String) throws(ConnectionFileError) {
    self = try Self.read(path) { json throws(ContentError) in try ConnectionFile(json) }
  }

  /// Reads a file as what `make` takes it for.
  static func read<File>(
    _ path: String, as make: (JSON) throws(ContentError) -> File
  ) throws(ConnectionFileError) -> File {
    let json: JSON
    do { json = try JSON(parsing: try read(path)) } catch {
      let reason = (error as? JSONError).map { "it is \($0)" } ?? "\(error)"
      throw Self.error(path, reason)
    }
    do { return try make(json) } catch { throw Self.error(path, error.description) }
  }

  /// The content of a connection file.
  ///
  /// - Throws: `ContentError`, naming the field.
  public init(_ json: JSON) throws(ContentError) {
    let fields = try Fields(json, of: "the file")
    var ports: [Channel: Int] = [:]
    for channel in Channel.allCases {
      let port = try fields.integer("\(channel.rawValue)_port")
      guard 1...65_535 ~= port else {
        throw ContentError("`\(channel.rawValue)_port` must be from 1 to 65535, got \(port)")
      }
      if let other = ports.first(where: { $0.value == port })?.key {
        throw ContentError(
          "`\(other.rawValue)_port` and `\(channel.rawValue)_port` are both \(port); "
            + "the five ports must be different")
      }
      ports[channel] = port
    }
    try self.init(common: fields, address: try fields.string("ip"), ports: ports)
  }

  /// What connection files and registration files have in common.
  init(common fields: Fields, address: String, ports: [Channel: Int]) throws(ContentError) {
    let transport = try fields.string("transport", default: "tcp")
    guard let transport = Transport(rawValue: transport) else {
      throw ContentError("`transport` must be `tcp` or `ipc`, got `\(transport)`")
    }
    let scheme = try fields.string("signature_scheme", default: "hmac-sha256")
    guard scheme == "hmac-sha256" || scheme.isEmpty else {
      throw ContentError("`signature_scheme` must be `hmac-sha256`, got `\(scheme)`")
    }
    self.init(
      transport: transport, address: address, ports: ports,
      key: Array(try fields.string("key", default: "").utf8), curve: try fields.curveKeys())
  }

  /// The same with other ports.
  public func listening(at ports: [Channel: Int]) -> ConnectionFile {
    ConnectionFile(transport: transport, address: address, ports: ports, key: key, curve: curve)
  }

  /// The file's content.
  public var json: JSON {
    var members: [String: JSON] = [
      "transport": .string(transport.rawValue), "ip": .string(address),
      "signature_scheme": "hmac-sha256", "key": .string(String(decoding: key, as: UTF8.self)),
      "kernel_name": "offramp",
    ]
    for (channel, port) in ports { members["\(channel.rawValue)_port"] = .integer(port) }
    if let curve {
      members["curve_publickey"] = .string(curve.publicKey)
      members["curve_secretkey"] = .string(curve.secretKey)
    }
    return .object(members)
  }

  /// Whether only processes of this machine can reach the sockets.
  public var isLocal: Bool {
    transport == .ipc || address.hasPrefix("127.") || ["localhost", "::1"].contains(address)
  }

  private static func error(_ path: String, _ reason: String) -> ConnectionFileError {
    ConnectionFileError(
      description: "cannot use the connection file \(path): \(reason). "
        + "Jupyter writes this file when it starts a kernel.")
  }

  private static func read(_ path: String) throws(ContentError) -> [UInt8] {
    guard let file = fopen(path, "re") else {
      throw ContentError("it cannot be opened (\(String(cString: strerror(errno))))")
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while bytes.count <= 1 << 20 {
      let count = fread(&chunk, 1, chunk.count, file)
      bytes += chunk[..<count]
      guard count == chunk.count else {
        guard ferror(file) == 0 else {
          throw ContentError("it cannot be read (\(String(cString: strerror(errno))))")
        }
        return bytes
      }
    }
    throw ContentError("it is larger than a connection file can be (1 MiB)")
  }
}
