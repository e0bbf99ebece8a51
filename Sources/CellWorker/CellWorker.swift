import CCellRuntime
import Display
import Glibc

/// The process that loads and runs cells.
///
/// It is started by a `CellSession` as the same executable with the argument `worker`, and talks to
/// it through a socket on descriptor 3; descriptor 4 is memory in which it notes what the session
/// must know if it dies. Standard output and standard error are the cells' own.
public enum CellWorker {
  /// The socket's descriptor.
  package static let channelDescriptor: Int32 = 3
  /// The shared memory's descriptor.
  package static let memoryDescriptor: Int32 = 4
  /// The size of the shared memory, and how many 64-bit words of it are for frames of a crash.
  package static let memorySize = 4096
  package static let frameCapacity = 256

  /// Runs cells until the session ends, then ends the process.
  public static func run() -> Never {
    guard fcntl(channelDescriptor, F_GETFD) >= 0, let memory = mapMemory() else {
      let sentence = "offramp worker is started by the kernel, not by hand.\n"
      write(2, sentence, sentence.utf8.count)
      exit(64)
    }
    for descriptor in [channelDescriptor, memoryDescriptor] {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }
    cell_runtime_die_with_parent()
    MainActorExecutor.install()
    let frames = (memory + 8).assumingMemoryBound(to: UInt64.self)
    cell_runtime_catch_crashes(frames, Int32(frameCapacity))
    CellHooks.progress = memory.assumingMemoryBound(to: Int32.self)
    cell_runtime_buffer_lines()
    WorkerLoop(channel: FrameChannel(descriptor: channelDescriptor)).run()
  }

  /// The bytes of memory that a shared object can take, at most about.
  package static func loadedSize(ofLibrary path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) + (1 << 20) : 0
  }

  private static func mapMemory() -> UnsafeMutableRawPointer? {
    let memory = mmap(
      nil, memorySize, PROT_READ | PROT_WRITE, MAP_SHARED, memoryDescriptor, 0)
    return memory == MAP_FAILED ? nil : memory
  }
}
