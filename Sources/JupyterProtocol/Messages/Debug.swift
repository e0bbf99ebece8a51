/// Asks a debugger for something; its content is a request of the Debug Adapter Protocol.
public enum DebugRequest { public static let type = "debug_request" }

/// Says that there is no debugger here, as a response of the Debug Adapter Protocol.
public struct DebugReply: OutgoingContent, Hashable {
  public static let type = "debug_reply"

  public var command: String
  /// The number of the request that is declined.
  public var sequence: Int

  /// - Parameter request: the content of the request.
  public init(declining request: JSON) {
    command = request["command"]?.string ?? ""
    sequence = request["seq"]?.integer ?? 0
  }

  public var json: JSON {
    [
      "type": "response", "seq": 0, "request_seq": .integer(sequence), "success": false,
      "command": .string(command), "message": .string(Self.reason), "body": [:],
    ]
  }

  private static let reason =
    "This kernel has no debugger: print values in the cell, or run the code in a package and "
    + "debug it with LLDB."
}
