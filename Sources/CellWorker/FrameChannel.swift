import Glibc

/// A socket that carries frames: four bytes of length, then the message.
package struct FrameChannel: Sendable {
  /// The socket.
  package let descriptor: Int32

  package init(descriptor: Int32) { self.descriptor = descriptor }

  /// Sends a frame whole.
  ///
  /// - Returns: Whether the other side still listens.
  @discardableResult
  package func send(_ frame: [UInt8]) -> Bool {
    let bytes = withUnsafeBytes(of: UInt32(frame.count).littleEndian) { Array($0) } + frame
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(
          descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&waiting, 1, -1)
        continue
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }
}

/// Frames put together from what a socket delivers.
package struct FrameBuffer: Sendable {
  private var bytes: [UInt8] = []

  package init() {}

  /// Adds bytes as they came.
  package mutating func append(_ received: ArraySlice<UInt8>) { bytes += received }

  /// The next whole frame, if it is there.
  package mutating func next() -> [UInt8]? {
    guard bytes.count >= 4 else { return nil }
    let count = bytes[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard bytes.count >= 4 + count else { return nil }
    defer { bytes.removeSubrange(..<(4 + count)) }
    return Array(bytes[4..<4 + count])
  }
}
