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

  init(_ work: Work, sink: WorkerSink) {
    self.work = work
    self.sink = sink
  }

  func start() {
    Self.isRunning.store(true, ordering: .relaxed)
    let context = Unmanaged.passRetained(self).toOpaque()
    for size in Self.stackSizes {
      var attributes = pthread_attr_t()
      pthread_attr_init(&attributes)
      defer { pthread_attr_destroy(&attributes) }
      pthread_attr_setstacksize(&attributes, size)
      pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
      var thread = pthread_t()
      let error = pthread_create(
        &thread, &attributes,
        { context in
          guard let context else { return nil }
          Unmanaged<CellThread>.fromOpaque(context).takeRetainedValue().run()
          return nil
        }, context)
      if error == 0 { return }
    }
    Unmanaged<CellThread>.fromOpaque(context).release()
    end(.unloadable("The system has no room for another thread: free some memory."))
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
    if error == nil, CellHooks.endedEarly() { return end(Self.report(on: Interrupted())) }
    end(
      error.map { Self.report(on: unsafeBitCast($0, to: (any Error).self)) }
        ?? .finished(CellHooks.takeResult()))
  }

  private func end(_ report: WorkerReport) {
    _ = CellHooks.takeResult()
    Self.isRunning.store(false, ordering: .relaxed)
    sink.report(report)
  }

  private static func report(on error: any Error) -> WorkerReport {
    if error is Interrupted || (error is CancellationError && Interrupt.isRequested) {
      return .threw(type: "Interrupted", message: Interrupted().description)
    }
    return .threw(
      type: String(describing: type(of: error)), message: CellHooks.describe(error))
  }
}
