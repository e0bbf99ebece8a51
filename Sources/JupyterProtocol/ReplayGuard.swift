import Synchronization

/// Remembers signatures, so that a recorded message cannot be sent a second time.
///
/// Every honest message has its own identifier and date and therefore its own signature.
final class ReplayGuard: Sendable {
  private struct Memory {
    var seen: Set<[UInt8]> = []
    var order: [[UInt8]] = []
    var oldest = 0
  }

  private let capacity: Int
  private let memory = Mutex(Memory())

  /// - Parameter capacity: how many signatures are remembered before the oldest is forgotten.
  init(capacity: Int = 65_536) { self.capacity = capacity }

  /// Whether `signature` is new; it is remembered from now on.
  func admit(_ signature: [UInt8]) -> Bool {
    memory.withLock { memory in
      guard memory.seen.insert(signature).inserted else { return false }
      if memory.order.count < capacity {
        memory.order.append(signature)
      } else {
        memory.seen.remove(memory.order[memory.oldest])
        memory.order[memory.oldest] = signature
        memory.oldest = (memory.oldest + 1) % capacity
      }
      return true
    }
  }
}
