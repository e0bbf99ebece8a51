import Glibc

/// A thread of the kernel, named for debuggers and `top`.
package final class KernelThread: Sendable {
  private let ended = Monitor(false)

  /// Starts a thread.
  ///
  /// - Parameters:
  ///   - name: at most 15 bytes.
  ///   - stack: bytes; the pages are taken only when they are used.
  ///   - takesSignals: whether signals sent to the process may be handled here. Child processes
  ///     inherit the mask of the thread that starts them, so a thread that starts some takes them.
  package init(
    _ name: String, stack: Int = 1 << 20, takesSignals: Bool = false,
    _ body: @escaping @Sendable () -> Void
  ) {
    let ended = ended
    let start = Start { [name] in
      setName(name)
      if !takesSignals {
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
      }
      body()
      ended.withLock { $0 = true }
    }
    let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
    pthread_attr_init(attributes)
    pthread_attr_setstacksize(attributes, stack)
    pthread_attr_setdetachstate(attributes, Int32(PTHREAD_CREATE_DETACHED))
    defer {
      pthread_attr_destroy(attributes)
      attributes.deallocate()
    }
    var thread = pthread_t()
    let status = pthread_create(
      &thread, attributes,
      { argument in
        if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, Unmanaged.passRetained(start).toOpaque())
    precondition(
      status == 0, "cannot start the thread \(name): \(String(cString: strerror(status)))")
  }

  /// Waits for the thread to end, for at most `seconds`.
  ///
  /// Returns whether it has.
  package func join(seconds: Int) -> Bool { ended.wait(seconds: seconds) { $0 } }
}

private func setName(_ name: String) {
  guard let file = fopen("/proc/thread-self/comm", "we") else { return }
  fputs(name, file)
  fclose(file)
}

private final class Start: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
