import Glibc

/// Wakes the thread that waits on a socket when another thread has work for it.
///
/// A pair of file descriptors rather than of ZeroMQ sockets, because any thread may signal it, and
/// unlike a ZeroMQ socket's own descriptor it stays readable until it is cleared.
package final class Wakeup: Sendable {
  /// Readable once the wake-up has been signalled.
  let descriptor: Int32
  private let signalling: Int32

  package init() {
    let pair = descriptorPair()
    precondition(pair != nil, "cannot make a wake-up: \(String(cString: strerror(errno)))")
    (descriptor, signalling) = pair ?? (-1, -1)
  }

  deinit {
    close(descriptor)
    close(signalling)
  }

  package func signal() {
    var byte: UInt8 = 1
    _ = write(signalling, &byte, 1)
  }

  package func clear() {
    var bytes: UInt64 = 0
    while read(descriptor, &bytes, 8) == 8 {}
  }
}

/// Two connected descriptors, to read from and to write to, that never block and that no child
/// process inherits; nil when the process has no more to give.
func descriptorPair() -> (reading: Int32, writing: Int32)? {
  var ends: [Int32] = [0, 0]
  let type = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
  guard socketpair(AF_UNIX, Int32(type), 0, &ends) == 0 else { return nil }
  return (ends[0], ends[1])
}
