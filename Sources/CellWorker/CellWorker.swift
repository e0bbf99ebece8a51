import CCellRuntime
import Display
import Glibc

/// The process that loads and runs cells.
///
/// It is started by a `CellSession` as the same executable with the argument `worker`, and talks to
/// it through a socket on descriptor 3. Descriptor 4 is memory in which it notes what the session
/// must know if it dies, and descriptor 5 a socket on which its ``Snapshot`` waits. Standard output
/// and standard error are the cells' own.
public enum CellWorker {
  /// The socket's descriptor.
  package static let channelDescriptor: Int32 = 3
  /// The shared memory's descriptor.
  package static let memoryDescriptor: Int32 = 4
  /// The descriptor on which a snapshot waits for its turn.
  package static let standbyDescriptor: Int32 = 5
  /// The size of the shared memory.
  package static let memorySize = MemoryLayout<cell_runtime_notes>.size
  /// What the session reads when this process has died.
  nonisolated(unsafe) static var notes = UnsafeMutablePointer<cell_runtime_notes>.allocate(
    capacity: 1)

  /// Runs cells until the session ends, then ends the process.
  public static func run() -> Never {
    guard fcntl(channelDescriptor, F_GETFD) >= 0, let notes = mapMemory() else {
      let sentence = "offramp worker is started by the kernel, not by hand.\n"
      write(2, sentence, sentence.utf8.count)
      exit(64)
    }
    for descriptor in [channelDescriptor, memoryDescriptor, standbyDescriptor] {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
    Self.notes = notes
    cell_runtime_die_with_parent()
    cell_runtime_offer_to_end()
    MainActorExecutor.install()
    cell_runtime_catch_crashes(notes)
    CellHooks.progress = withUnsafeMutablePointer(to: &notes.pointee.progress) { $0 }
    CellHooks.stop = cell_runtime_stop
    Interrupt.note = withUnsafeMutablePointer(to: &notes.pointee.is_noticed) { $0 }
    cell_runtime_buffer_lines()
    WorkerLoop(channel: FrameChannel(descriptor: channelDescriptor)).run()
  }

  /// The bytes of memory that a shared object can take, at most about.
  package static func loadedSize(ofLibrary path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) + (1 << 20) : 0
  }

  private static func mapMemory() -> UnsafeMutablePointer<cell_runtime_notes>? {
    let memory = mmap(
      nil, memorySize, PROT_READ | PROT_WRITE, MAP_SHARED, memoryDescriptor, 0)
    guard let memory, memory != MAP_FAILED else { return nil }
    return memory.assumingMemoryBound(to: cell_runtime_notes.self)
  }
}
