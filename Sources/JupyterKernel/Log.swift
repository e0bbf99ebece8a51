import Glibc

/// Where the kernel notes what no front end can be told: one line each.
public struct Log: Sendable {
  private let write: @Sendable (String) -> Void

  public init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

  /// Writes a line.
  public func callAsFunction(_ line: String) { write(line) }

  /// Lines on the process's standard error, which Jupyter shows in its own log.
  public static let standardError = Log { line in
    let bytes = Array("offramp kernel: \(line)\n".utf8)
    _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
  }
}
