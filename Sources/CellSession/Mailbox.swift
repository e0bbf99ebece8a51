import CellWorker
import Glibc

/// What the worker's pump hands to the thread that waits for the cell.
enum WorkerMessage: Sendable {
  case event(CellEvent)
  case question(InputRequest)
  case report(WorkerReport)
  case died(WorkerDeath)
}

/// A queue from the pump to the waiting thread.
///
/// While it is full the pump does not read on, so a cell that prints without end waits for the
/// front end instead of filling the memory.
final class Mailbox: @unchecked Sendable {
  private static let capacity = 512
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var messages: [WorkerMessage] = []
  private var taken = 0
  private var isOpen = false

  init() {
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(lock)
    changed.deallocate()
    lock.deallocate()
  }

  /// Begins a cell: what the worker says from now on is queued.
  func open() { locked { isOpen = true } }

  /// Queues a message if a cell runs; `last` says that it ends the cell.
  ///
  /// - Returns: Whether it was queued.
  func post(_ message: WorkerMessage, last: Bool = false) -> Bool {
    locked {
      while isOpen, messages.count - taken >= Self.capacity { pthread_cond_wait(changed, lock) }
      guard isOpen else { return false }
      messages.append(message)
      if last { isOpen = false }
      pthread_cond_broadcast(changed)
      return true
    }
  }

  /// Waits for the next message.
  func take() -> WorkerMessage {
    locked {
      while taken == messages.count { pthread_cond_wait(changed, lock) }
      defer {
        taken += 1
        if taken == messages.count {
          messages.removeAll(keepingCapacity: true)
          taken = 0
        }
        pthread_cond_broadcast(changed)
      }
      return messages[taken]
    }
  }

  private func locked<Value>(_ body: () -> Value) -> Value {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body()
  }
}
