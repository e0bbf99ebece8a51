import CZeroMQ

/// Why a kernel cannot start.
public struct KernelError: Error, Hashable, Sendable, CustomStringConvertible {
  /// One sentence.
  public let description: String

  package init(_ description: String) { self.description = description }

  /// What ZeroMQ says about the error that has just happened.
  static var zeroMQReason: String { String(cString: zmq_strerror(zmq_errno())) }
}
