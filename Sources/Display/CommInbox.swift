import Synchronization

/// Where messages go that front ends send over comms.
public enum CommInbox {
  private static let receiver = Mutex<(@Sendable (CommMessage) throws -> Bool)?>(nil)

  /// Sets what receives every message; it returns whether it knows the message's comm or target.
  ///
  /// It is called on a thread like a cell's, between cells: it may display, print, compute and throw.
  public static func receive(with receiver: @escaping @Sendable (CommMessage) throws -> Bool) {
    self.receiver.withLock { $0 = receiver }
  }

  /// Hands a message on; one that opens a comm which nobody wants is answered by closing it.
  package static func deliver(_ message: CommMessage) throws {
    let isKnown = try receiver.withLock { $0 }?(message) ?? false
    guard !isKnown, case .open = message.kind else { return }
    DisplayOutput.sink.send(CommMessage(.close, id: message.id))
  }
}
