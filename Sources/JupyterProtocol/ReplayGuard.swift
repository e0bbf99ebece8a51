import Synchronization

/// Remembers signatures, so that a recorded message cannot be sent a second time.
///
/// Every honest message has its own identifier and date and therefore its own signature. Eight of
/// a signature's 32 bytes are kept: that two of a million are equal in them happens by chance once
/// in 10⁷ kernels.
final class ReplayGuard: Sendable {
  private struct Memory {
    var seen: Set<UInt64> = []
    var order: [UInt64] = []
    var oldest = 0
  }

  private let capacity: Int
  private let memory = Mutex(Memory())

  /// - Parameter capacity: how many signatures are remembered before the oldest is forgotten.
  init(capacity: Int = 1 << 20) { self.capacity = capacity }

  /// Whether `signature`, in hexadecimal digits, is new; it is remembered from now on.
  func admit(_ signature: [UInt8]) -> Bool {
    let digits = String(decoding: signature.prefix(16), as: UTF8.self)
    guard let key = UInt64(digits, radix: 16) else { return false }
    return memory.withLock { memory in
      guard memory.seen.insert(key).inserted else { return false }
      if memory.order.count < capacity {
        memory.order.append(key)
      } else {
        memory.seen.remove(memory.order[memory.oldest])
        memory.order[memory.oldest] = key
        memory.oldest = (memory.oldest + 1) % capacity
      }
      return true
    }
  }
}
