import Glibc

/// Does something now and then, on a thread of its own, while a piece of work takes long.
final class Ticker: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private let period: Int
  private let action: () -> Void
  private var isOver = false
  private var thread: pthread_t?

  /// Begins.
  ///
  /// - Parameters:
  ///   - milliseconds: The time before each turn, the first included.
  ///   - action: What is done.
  init(milliseconds: Int, action: @escaping () -> Void) {
    period = milliseconds
    self.action = action
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(changed, &attributes)
    pthread_condattr_destroy(&attributes)
    start()
  }

  deinit {
    pthread_cond_destroy(changed)
    pthread_mutex_destroy(mutex)
    changed.deallocate()
    mutex.deallocate()
  }

  /// Ends; the action is over then.
  func end() {
    pthread_mutex_lock(mutex)
    isOver = true
    pthread_cond_signal(changed)
    pthread_mutex_unlock(mutex)
    if let thread { pthread_join(thread, nil) }
    thread = nil
  }

  /// Where the system has no room for a thread, the work goes on alone.
  private func start() {
    let box = Unmanaged.passRetained(self)
    var thread = pthread_t()
    let error = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Ticker>.fromOpaque(context).takeRetainedValue().run() }
        return nil
      }, box.toOpaque())
    if error == 0 { self.thread = thread } else { box.release() }
  }

  private func run() {
    while !isOverSoon() { action() }
  }

  /// Waits for the next turn.
  private func isOverSoon() -> Bool {
    var next = timespec()
    clock_gettime(CLOCK_MONOTONIC, &next)
    next.tv_nsec += period * 1_000_000
    next.tv_sec += next.tv_nsec / 1_000_000_000
    next.tv_nsec %= 1_000_000_000
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while !isOver, pthread_cond_timedwait(changed, mutex, &next) != ETIMEDOUT {}
    return isOver
  }
}
