import Glibc

/// Notices that the process which started the kernel has died, so that no kernel is left behind.
///
/// Jupyter names itself in `JPY_PARENT_PID`. When the kernel's parent is another process at the
/// start, a wrapper or a container's init, there is nothing to watch.
struct ParentWatch: ~Copyable {
  private let parent: pid_t?
  /// Readable once the parent has ended; -1 where there is nothing to watch, or on systems that
  /// cannot tell (Linux before 5.3).
  let descriptor: Int32

  init() {
    let named = getenv("JPY_PARENT_PID").flatMap { pid_t(String(cString: $0)) }
    parent = named == getppid() && named != 1 ? named : nil
    descriptor = parent.map(Self.open) ?? -1
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Whether the parent has died.
  var isOrphaned: Bool { parent.map { $0 != getppid() } ?? false }

  /// How often to look at `isOrphaned`, in milliseconds; -1 where the descriptor tells.
  ///
  /// A kernel that nobody uses then never wakes.
  var interval: Int32 { parent != nil && descriptor < 0 ? 1000 : -1 }

  /// A descriptor for a process: `pidfd_open`, which Glibc's module leaves out.
  private static func open(_ process: pid_t) -> Int32 {
    typealias Call = @convention(c) (Int, Int, Int) -> Int
    guard let symbol = dlsym(dlopen(nil, RTLD_NOW), "syscall") else { return -1 }
    let number = 434  // The same on all of Linux's processors.
    let descriptor = unsafeBitCast(symbol, to: Call.self)(number, Int(process), 0)
    return descriptor < 0 ? -1 : Int32(descriptor)
  }
}
