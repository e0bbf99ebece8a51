import Glibc

/// The memory of the process that holds the cells' values, in bytes.
public struct WorkerMemory: Hashable, Sendable {
  /// In the machine's memory now.
  public var resident: Int
  /// The most that has been in the machine's memory at a time.
  public var peak: Int
  /// Addresses in use, whether or not there is memory behind them.
  public var addressed: Int
}

extension WorkerMemory {
  /// The memory of this process.
  static var ofThisProcess: WorkerMemory? { WorkerMemory(of: getpid()) }

  /// What the system says about a process; `nil` if there is none of that number.
  init?(of process: pid_t) {
    let lines = Self.lines(ofFile: "/proc/\(process)/status")
    func bytes(_ name: String) -> Int? {
      lines.first { $0.hasPrefix("\(name):") }.flatMap {
        $0.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      }.map { $0 << 10 }
    }
    guard let resident = bytes("VmRSS"), let peak = bytes("VmHWM"), let addressed = bytes("VmSize")
    else { return nil }
    self.init(resident: resident, peak: peak, addressed: addressed)
  }

  private static func lines(ofFile path: String) -> [Substring] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    let text = String(unsafeUninitializedCapacity: 8192) {
      max(read(descriptor, $0.baseAddress, 8192), 0)
    }
    return text.split(separator: "\n")
  }
}
