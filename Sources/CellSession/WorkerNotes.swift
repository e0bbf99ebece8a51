import CCellRuntime
import CellWorker
import Glibc

/// What a worker notes for its session, in memory that outlives it.
final class WorkerNotes: @unchecked Sendable {
  private let memory: UnsafeMutablePointer<cell_runtime_notes>

  init?(descriptor: Int32) {
    let memory = mmap(
      nil, CellWorker.memorySize, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
    guard let memory, memory != MAP_FAILED else { return nil }
    self.memory = memory.assumingMemoryBound(to: cell_runtime_notes.self)
  }

  deinit { munmap(memory, CellWorker.memorySize) }

  /// The last top-level item of the running cell that has completed, or -1.
  var completed: Int { Int(memory.pointee.progress) }

  /// The process that holds the state before the cell, if there is one.
  var snapshot: pid_t? { memory.pointee.snapshot > 0 ? memory.pointee.snapshot : nil }

  /// The last snapshot that was ended; if the worker has not waited for it, this process has to.
  var released: pid_t? { memory.pointee.released > 0 ? memory.pointee.released : nil }

  /// Whether the cell has seen that it was asked to end.
  var isNoticed: Bool { memory.pointee.is_noticed != 0 }

  /// Threads that a snapshot does not have.
  var threadsLost: Int { Int(memory.pointee.threads_lost) }

  /// Whether cells have used Dispatch, which does not work in a snapshot.
  var usesDispatch: Bool { memory.pointee.uses_dispatch != 0 }

  /// Whether it was a thread beside the cell's that crashed.
  var isCrashOfOtherThread: Bool { memory.pointee.frame_count > 0 && memory.pointee.is_cell == 0 }

  var cause: cell_runtime_cause { cell_runtime_cause(rawValue: UInt32(memory.pointee.cause)) }

  /// The address that a fault was about.
  var address: UInt64 { memory.pointee.address }

  /// The places in the code at a crash, innermost first.
  var frames: [UInt64] {
    withUnsafeBytes(of: &memory.pointee.frames) {
      let count = min(Int(clamping: memory.pointee.frame_count), Int(CELL_RUNTIME_FRAMES))
      return Array($0.bindMemory(to: UInt64.self).prefix(count))
    }
  }

  /// What the Swift runtime said when it ended the process, if it did.
  var lastWords: String? {
    let text = withUnsafeBytes(of: &memory.pointee.last_words) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    return text.isEmpty ? nil : text
  }

  /// How long the last snapshot took; `nil` if none was taken in this process.
  var snapshotDuration: Duration? {
    let duration = memory.pointee.snapshot_duration
    return duration > 0 ? .nanoseconds(duration) : nil
  }

  /// Whether the last snapshot could not be taken.
  var hasSnapshotFailed: Bool { memory.pointee.snapshot_duration < 0 }

  /// The bytes of memory that it shared with the worker at first.
  var snapshotSize: Int { Int(memory.pointee.snapshot_size) }

  /// Forgets everything, for the process that takes over.
  func clear() {
    memory.pointee = cell_runtime_notes()
    memory.pointee.progress = -1
  }
}
