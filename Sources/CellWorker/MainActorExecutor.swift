import CCellRuntime
import Glibc

/// Runs the jobs of the main actor, one after the other, on a thread of its own.
///
/// Swift's own would hand them to Dispatch's main queue, which nobody serves here.
final class MainActorExecutor: SerialExecutor, @unchecked Sendable {
  private static let shared = MainActorExecutor()
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let changed = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var jobs: [UnownedJob] = []
  private var hasThread = false
  private var isIdle = false

  /// Makes all tasks of the process run on the worker's own threads.
  static func install() {
    let reference = shared.asUnownedSerialExecutor()
    let words = unsafeBitCast(reference, to: (UnsafeMutableRawPointer, UInt).self)
    cell_runtime_install_executor(words.0, words.1)
  }

  /// How many of its threads wait for work.
  static var idleThreads: Int { shared.locked { shared.isIdle ? 1 : 0 } }

  /// Calls `body` while nothing here changes, as a fork needs it.
  static func whileAtRest<Value>(_ body: () -> Value) -> Value { shared.locked(body) }

  /// Goes on in a fork, where its thread is not; with the jobs that wait, or without.
  static func resume(keepsJobs: Bool) {
    shared.prepare()
    shared.hasThread = false
    shared.isIdle = false
    if !keepsJobs { shared.jobs = [] }
    shared.locked { if !shared.jobs.isEmpty { shared.startThread() } }
  }

  private init() { prepare() }

  private func prepare() {
    pthread_mutex_init(lock, nil)
    pthread_cond_init(changed, nil)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    locked {
      jobs.append(job)
      if !hasThread { startThread() }
      pthread_cond_signal(changed)
    }
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }

  private func startThread() {
    hasThread = true
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
    cell_runtime_begin_thread()
    while true { nextJob().runSynchronously(on: asUnownedSerialExecutor()) }
  }

  private func nextJob() -> UnownedJob {
    locked {
      isIdle = true
      while jobs.isEmpty { pthread_cond_wait(changed, lock) }
      isIdle = false
      return jobs.removeFirst()
    }
  }

  private func locked<Value>(_ body: () -> Value) -> Value {
    pthread_mutex_lock(lock)
    defer { pthread_mutex_unlock(lock) }
    return body()
  }
}
