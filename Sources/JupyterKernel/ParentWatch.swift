import Glibc

/// Notices that the process which started the kernel has died, so that no kernel is left behind.
///
/// Jupyter names itself in `JPY_PARENT_PID`. When the kernel's parent is another process at the
/// start, a wrapper or a container's init, there is nothing to watch.
struct ParentWatch {
  private let parent: pid_t?

  init() {
    let named = getenv("JPY_PARENT_PID").flatMap { pid_t(String(cString: $0)) }
    parent = named == getppid() && named != 1 ? named : nil
  }

  /// Whether the parent has died.
  var isOrphaned: Bool { parent.map { $0 != getppid() } ?? false }
}
