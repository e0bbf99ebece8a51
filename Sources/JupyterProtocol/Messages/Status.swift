/// What the kernel is doing.
public enum Status: String, OutgoingContent {
  case starting, busy, idle

  public static let type = "status"

  public var json: JSON { ["execution_state": .string(rawValue)] }
}

/// Greets a front end that has just subscribed to the IOPub channel (protocol 5.5).
public struct IOPubWelcome: OutgoingContent {
  public static let type = "iopub_welcome"

  public var subscription: String

  public init(subscription: String) { self.subscription = subscription }

  public var json: JSON { ["subscription": .string(subscription)] }
}
