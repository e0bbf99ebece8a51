import Glibc

extension CellHooks {
  /// A task that an `async let` of a cell has started.
  public final class Started<Value>: @unchecked Sendable {
    private let work: Work<Value>
    private let task: Task<Void, Never>

    fileprivate init(_ body: @escaping () async throws -> Value) {
      let work = Work(body: body)
      self.work = work
      task = Task.detached { await work.run() }
    }

    /// The task's value, once it has ended.
    public var value: Value {
      get async throws {
        await withTaskCancellationHandler {
          await task.value
        } onCancel: {
          task.cancel()
        }
        return try work.result()
      }
    }
  }

  /// Runs an asynchronous piece of a cell to its end; the cell's thread waits.
  ///
  /// An interrupt cancels it.
  public static func wait<Value>(_ body: @escaping () async throws -> Value) throws -> Value {
    let work = Work(body: body)
    let task = Task.detached {
      await work.run()
      work.done.signal()
    }
    Interrupt.whenRequested { task.cancel() }
    work.done.wait()
    Interrupt.whenRequested(nil)
    return try work.result()
  }

  /// Starts an asynchronous piece of a cell.
  public static func start<Value>(_ body: @escaping () async throws -> Value) -> Started<Value> {
    Started(body)
  }
}

/// A piece of a cell that runs on another thread while the cell's thread waits, so that the two
/// never touch it at once.
private final class Work<Value>: @unchecked Sendable {
  let done = Semaphore()
  private let body: () async throws -> Value
  private var outcome: Result<Value, any Error>?

  init(body: @escaping () async throws -> Value) { self.body = body }

  func run() async {
    do { outcome = .success(try await body()) } catch { outcome = .failure(error) }
  }

  func result() throws -> Value {
    guard let outcome else { throw CancellationError() }
    return try outcome.get()
  }
}

/// A POSIX semaphore.
private final class Semaphore: @unchecked Sendable {
  private let storage = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() { sem_init(storage, 0, 0) }

  deinit {
    sem_destroy(storage)
    storage.deallocate()
  }

  func signal() { sem_post(storage) }
  func wait() { while sem_wait(storage) != 0, errno == EINTR {} }
}
