import Display
import Synchronization

/// The comms that are open, whoever opened them.
final class CommRegistry: Sendable {
  private let targets = Mutex<[String: String]>([:])

  /// The open comms and their targets; only those of one target, unless it is nil.
  func open(target: String?) -> [String: String] {
    targets.withLock { all in target.map { name in all.filter { $0.value == name } } ?? all }
  }

  /// Follows a message in either direction.
  ///
  /// Returns whether its comm was open, or is from now on.
  @discardableResult
  func note(_ message: CommMessage) -> Bool {
    targets.withLock { targets in
      switch message.kind {
      case .open(let target):
        targets[message.id] = target
        return true
      case .message: return targets[message.id] != nil
      case .close: return targets.removeValue(forKey: message.id) != nil
      }
    }
  }
}
