internal import Glibc

/// A POSIX thread: it needs neither Dispatch nor a concurrency runtime, which a fork would break.
struct Thread {
  private let handle: pthread_t

  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  /// Runs `body` on a new thread.
  init(_ body: @escaping @Sendable () -> Void) {
    let work = Unmanaged.passRetained(Work(body))
    var thread = pthread_t()
    let status = pthread_create(
      &thread, nil,
      { argument in
        guard let argument else { return nil }
        Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    precondition(status == 0, "could not start a thread: \(String(cString: strerror(status)))")
    handle = thread
  }

  /// Waits until the thread has ended; may be called once.
  func join() { pthread_join(handle, nil) }
}
