import CCellRuntime
import CellCompiler
import Glibc

/// Starts a worker from the thread that will listen to it: the system ends a worker with the
/// *thread* that started it.
final class WorkerStarter: @unchecked Sendable {
  private let configuration: CellSession.Configuration
  private let mailbox: Mailbox
  private let late: @Sendable (CellEvent) -> Void
  private let started = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
  private var result: Result<WorkerProcess, CellFailure>?

  init(
    configuration: CellSession.Configuration, mailbox: Mailbox,
    late: @escaping @Sendable (CellEvent) -> Void
  ) {
    self.configuration = configuration
    self.mailbox = mailbox
    self.late = late
    sem_init(started, 0, 0)
  }

  deinit {
    sem_destroy(started)
    started.deallocate()
  }

  /// Starts a worker, and listens to it until it ends.
  func start() -> Result<WorkerProcess, CellFailure> {
    // A snapshot whose worker has died becomes a child of this process.
    cell_runtime_adopt_orphans()
    startThread { [self] in
      let spawned = SpawnedParts.spawn(configuration).map {
        WorkerProcess(
          parts: $0, outputLimit: configuration.outputLimit, mailbox: mailbox, late: late)
      }
      result = spawned
      sem_post(started)
      if case .success(let worker) = spawned { worker.pump() }
    }
    while sem_wait(started) != 0, errno == EINTR {}
    return result ?? .failure(SpawnedParts.failure(EAGAIN))
  }
}
