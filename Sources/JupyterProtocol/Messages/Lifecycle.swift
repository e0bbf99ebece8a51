/// Asks to stop what is running; has no content.
public enum InterruptRequest { public static let type = "interrupt_request" }

/// Says that the interrupt has been passed on.
public struct InterruptReply: OutgoingContent {
  public static let type = "interrupt_reply"

  public init() {}

  public var json: JSON { ["status": "ok"] }
}

/// Asks the kernel to end.
public struct ShutdownRequest: RequestContent {
  public static let type = "shutdown_request"

  /// Whether the front end will start the kernel again.
  public var restart: Bool

  public init(_ json: JSON) throws(ContentError) {
    restart = try Fields(json, of: "a shutdown_request").bool("restart", default: false)
  }
}

/// Says that the kernel ends; also sent to all front ends.
public struct ShutdownReply: OutgoingContent {
  public static let type = "shutdown_reply"

  public var restart: Bool

  public init(restart: Bool) { self.restart = restart }

  public var json: JSON { ["status": "ok", "restart": .bool(restart)] }
}
