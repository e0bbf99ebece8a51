internal import Glibc

/// A bounded queue between the thread that makes batches and the one that uses them.
final class BatchQueue: @unchecked Sendable {
  private let depth: Int
  private var batches: [Batch] = []
  private var isStopped = false
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

  init(depth: Int) {
    self.depth = depth
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(changed, nil)
  }

  // Not destroyed but only freed: in a forked process the thread that held them may be gone.
  deinit {
    mutex.deallocate()
    changed.deallocate()
  }

  /// Adds a batch as soon as there is room; false if nobody wants it any more.
  func push(_ batch: Batch) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while batches.count >= depth && !isStopped { pthread_cond_wait(changed, mutex) }
    guard !isStopped else { return false }
    batches.append(batch)
    pthread_cond_signal(changed)
    return true
  }

  /// Takes the oldest batch, and says how many seconds that took.
  func pop() -> (Batch, waited: Double) {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    var waited = 0.0
    if batches.isEmpty {
      let clock = ContinuousClock()
      let start = clock.now
      while batches.isEmpty { pthread_cond_wait(changed, mutex) }
      waited = (clock.now - start) / .seconds(1)
    }
    pthread_cond_signal(changed)
    return (batches.removeFirst(), waited)
  }

  /// Lets the thread that fills the queue end.
  func stop() {
    pthread_mutex_lock(mutex)
    isStopped = true
    batches = []
    pthread_cond_signal(changed)
    pthread_mutex_unlock(mutex)
  }
}
