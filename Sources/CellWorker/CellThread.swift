import CCellRuntime
import Display
import Glibc
import Synchronization

/// A fresh thread for one cell, with room for deep recursion.
final class CellThread: Sendable {
  /// What the thread does.
  enum Work: Sendable {
    case cell(library: String, entry: String)
    case message(CommMessage)
  }

  /// Whether a cell runs.
  static let isRunning = Atomic<Bool>(false)
  private static let stackSizes = [512 << 20, 64 << 20, 8 << 20]

  private let work: Work
  private let sink: WorkerSink
  private let thread = Mutex<pthread_t?>(nil)

  init(_ work: Work, sink: WorkerSink) {
    self.work = work
    self.sink = sink
  }

  func start() {
    Self.isRunning.store(true, ordering: .releasing)
    let context = Unmanaged.passRetained(self).toOpaque()
    for size in Self.stackSizes {
      var attributes = pthread_attr_t()
      pthread_attr_init(&attributes)
      defer { pthread_attr_destroy(&attributes) }
      pthread_attr_setstacksize(&attributes, size)
      var thread = pthread_t()
      let error = pthread_create(
        &thread, &attributes,
        { context in
          guard let context else { return nil }
          Unmanaged<CellThread>.fromOpaque(context).takeRetainedValue().run()
          return nil
        }, context)
      if error == 0 { return self.thread.withLock { $0 = thread } }
    }
    Unmanaged<CellThread>.fromOpaque(context).release()
    end(.unloadable("The system has no room for another thread: free some memory."))
  }

  /// Waits until the thread is gone, for a second at most: its cell has ended.
  func join() {
    guard let thread = thread.withLock({ $0 }) else { return }
    var deadline = timespec()
    clock_gettime(CLOCK_REALTIME, &deadline)
    deadline.tv_sec += 1
    if cell_runtime_join(thread, &deadline) != 0 { pthread_detach(thread) }
  }

  /// Ends the process as a crash of this thread does, which notes where it is.
  func trap() {
    guard Self.isRunning.load(ordering: .acquiring) else { return }
    if let thread = thread.withLock({ $0 }) { pthread_kill(thread, SIGTRAP) }
  }

  private func run() {
    let stack = cell_runtime_begin_thread()
    defer { cell_runtime_end_thread(stack) }
    CellHooks.begin()
    switch work {
    case .cell(let library, let entry): run(library, entry)
    case .message(let message): deliver(message)
    }
  }

  private func deliver(_ message: CommMessage) {
    do {
      try CommInbox.deliver(message)
      end(.finished(nil))
    } catch { end(Self.report(on: error)) }
  }

  private func run(_ library: String, _ entry: String) {
    guard let handle = dlopen(library, RTLD_NOW | RTLD_GLOBAL), let symbol = dlsym(handle, entry)
    else { return end(.unloadable(dlerror().map { String(cString: $0) } ?? library)) }
    sink.report(.loaded(address: Int(truncatingIfNeeded: cell_runtime_base_address(symbol))))
    let error = cell_runtime_call(unsafeBitCast(symbol, to: cell_entry.self))
    if let error { return end(Self.report(on: unsafeBitCast(error, to: (any Error).self))) }
    if CellHooks.endedEarly() || cell_runtime_was_stopped() != 0 { return end(.interrupted) }
    if cell_runtime_cut_a_sleep() != 0, Interrupt.stopsCell {
      // Everything has been set, but not in the time that the cell was to take.
      CellHooks.progress?.pointee = Int32.max
      return end(.interrupted)
    }
    end(.finished(CellHooks.takeResult()))
  }

  private func end(_ report: WorkerReport) {
    CellHooks.end()
    sink.report(report)
    Self.isRunning.store(false, ordering: .releasing)
  }

  private static func report(on error: any Error) -> WorkerReport {
    if error is Interrupted || (error is CancellationError && Interrupt.stopsWork) {
      return .interrupted
    }
    return .threw(
      type: String(describing: type(of: error)), message: CellHooks.describe(error))
  }
}
