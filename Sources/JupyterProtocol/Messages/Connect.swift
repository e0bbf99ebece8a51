/// Asks where the kernel's other sockets are; has no content.
public enum ConnectRequest { public static let type = "connect_request" }

/// The ports of a kernel's sockets.
public struct ConnectReply: OutgoingContent {
  public static let type = "connect_reply"

  public var ports: [Channel: Int]

  public init(_ connection: ConnectionFile) { ports = connection.ports }

  public var json: JSON {
    let ports = self.ports.map { ("\($0.rawValue)_port", JSON.integer($1)) }
    return .object(["status": "ok"].merging(ports) { $1 })
  }
}
