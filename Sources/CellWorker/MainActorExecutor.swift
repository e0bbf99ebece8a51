import CCellRuntime
import Glibc

/// Runs the jobs of the main actor, one after the other, on a thread of its own.
///
/// Swift's own would hand them to Dispatch's main queue, which nobody serves here.
final class MainActorExecutor: SerialExecutor, @unchecked Sendable {
  private static let shared = MainActorExecutor()
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let available = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  private var jobs: [UnownedJob] = []
  private var hasThread = false

  /// Makes all tasks of the process run on the worker's own threads.
  static func install() {
    let reference = shared.asUnownedSerialExecutor()
    let words = unsafeBitCast(reference, to: (UnsafeMutableRawPointer, UInt).self)
    cell_runtime_install_executor(words.0, words.1)
  }

  private init() {
    pthread_mutex_init(lock, nil)
    sem_init(available, 0, 0)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    locked {
      jobs.append(job)
      if !hasThread { startThread() }
      hasThread = true
    }
    sem_post(available)
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  private func startThread() {
    var thread = pthread_t()
    let error = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        Unmanaged<MainActorExecutor>.fromOpaque(context).takeUnretainedValue().run()
      }, Unmanaged.passUnretained(self).toOpaque())
    precondition(error == 0, "The system has no room for the main actor's thread.")
    pthread_detach(thread)
  }

  private func run() -> Never {
    while true {
      while sem_wait(available) != 0, errno == EINTR {}
      locked { jobs.removeFirst() }.runSynchronously(on: asUnownedSerialExecutor())
    }
  }

  private func locked<Value>(_ body: () -> Value) -> Value {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body()
  }
}
