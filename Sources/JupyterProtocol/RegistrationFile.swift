/// Where a kernel that chooses its own ports tells them, as a launcher wrote it down.
///
/// Protocol 5.6: a launcher that hands out ports cannot know whether they are still free when the
/// kernel comes to use them; a kernel that chooses them can.
public struct RegistrationFile: Hashable, Sendable {
  /// Names the kernel to the launcher.
  public let kernel: String
  /// Where the launcher listens: `tcp://127.0.0.1:5555`.
  public let endpoint: String
  /// Where the kernel is to listen; its ports are not yet chosen.
  public let connection: ConnectionFile

  /// The content of a registration file.
  ///
  /// - Throws: `ContentError`, naming the field.
  public init(_ json: JSON) throws(ContentError) {
    let fields = try Fields(json, of: "the file")
    let address = try fields.string("registration_ip", default: json["ip"]?.string)
    let port = try fields.integer("registration_port")
    guard 1...65_535 ~= port else {
      throw ContentError("`registration_port` must be from 1 to 65535, got \(port)")
    }
    kernel = try fields.string("kernel_id", default: "")
    connection = try ConnectionFile(
      common: fields, address: try fields.string("ip", default: address), ports: [:])
    let separator = connection.transport == .tcp ? ":" : "-"
    endpoint = "\(connection.transport)://\(address)\(separator)\(port)"
  }

  /// What the kernel tells the launcher once it listens.
  public func announcement(of connection: ConnectionFile) -> JSON {
    let ports = Channel.allCases.map { channel in
      ("\(channel.rawValue)_port", JSON.string("\(connection.ports[channel, default: 0])"))
    }
    return .object(["kernel_id": .string(kernel)].merging(ports) { $1 })
  }
}

/// What a kernel is given at its start: where to listen, or whom to tell where it listens.
public enum StartFile: Hashable, Sendable {
  case connection(ConnectionFile)
  case registration(RegistrationFile)

  /// Reads a file of either kind.
  ///
  /// - Throws: `ConnectionFileError` when the file is missing, not JSON, lacks a field, or asks
  ///   for a transport, signature scheme or encryption that is not supported.
  public init(path: String) throws(ConnectionFileError) {
    self = try ConnectionFile.read(path) { json throws(ContentError) in
      json["registration_port"] == nil
        ? .connection(try ConnectionFile(json)) : .registration(try RegistrationFile(json))
    }
  }
}
