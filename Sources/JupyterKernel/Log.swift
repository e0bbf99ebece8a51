import Glibc
import Synchronization

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

/// A log of what may happen often: it shows a hundred lines, then ever fewer, so that a flood of
/// broken messages does not become a flood of lines.
final class SparingLog: Sendable {
  private let log: Log
  private let count = Atomic<Int>(0)

  init(_ log: Log) { self.log = log }

  func callAsFunction(_ line: String) {
    let number = count.wrappingAdd(1, ordering: .relaxed).newValue
    if number <= 100 { return log(line) }
    if number.nonzeroBitCount == 1 {
      log("\(line) (line \(number) of its kind; most are left out)")
    }
  }
}
