import Glibc

/// Turns the signals that ask the process for something into bytes on a pipe.
///
/// Handlers rather than ignored or blocked signals: children that are started later get the
/// default behaviour back.
struct ProcessSignals {
  /// What a signal asks for.
  enum Wish: Hashable, Sendable { case interrupt, end }

  /// Readable when `next()` has something to say.
  let descriptor: Int32

  /// Installs the handlers, for the rest of the process's life.
  ///
  /// - Throws: `KernelError` when the process has no more files to give.
  init() throws(KernelError) {
    guard let pair = descriptorPair() else {
      throw KernelError("cannot receive signals: \(String(cString: strerror(errno)))")
    }
    descriptor = pair.reading
    signalPipe = pair.writing
    for number in [SIGINT, SIGTERM, SIGHUP] {
      handle(number) { number in
        let error = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = write(signalPipe, &byte, 1)
        errno = error
      }
    }
    // Writing to a front end or worker that has gone is an error to handle, not a reason to die.
    handle(SIGPIPE) { _ in }
  }

  /// The oldest wish that has not been told; nil when there is none.
  func next() -> Wish? {
    var byte: UInt8 = 0
    guard read(descriptor, &byte, 1) == 1 else { return nil }
    return Int32(byte) == SIGINT ? .interrupt : .end
  }

  private func handle(_ number: Int32, _ handler: @escaping @convention(c) (Int32) -> Void) {
    var action = sigaction()
    action.__sigaction_handler.sa_handler = handler
    action.sa_flags = SA_RESTART
    sigaction(number, &action, nil)
  }
}

/// Where the handler writes; a C function can reach nothing else.
nonisolated(unsafe) private var signalPipe: Int32 = -1
