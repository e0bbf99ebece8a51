import Glibc

/// Resident memory of this process.
struct ProcessMemory {
  let bytes: Int

  var megabytes: Double { Double(bytes) / 1e6 }

  static func - (a: ProcessMemory, b: ProcessMemory) -> ProcessMemory {
    ProcessMemory(bytes: a.bytes - b.bytes)
  }

  /// What is resident now.
  static var current: ProcessMemory { line("VmRSS:") }

  /// The most that was resident since ``forgetPeak()``.
  static var peak: ProcessMemory { line("VmHWM:") }

  /// Lets the peak begin again from what is resident now.
  static func forgetPeak() {
    guard let file = fopen("/proc/self/clear_refs", "w") else { return }
    fputs("5", file)
    fclose(file)
  }

  private static func line(_ name: String) -> ProcessMemory {
    guard let file = fopen("/proc/self/status", "r") else { return ProcessMemory(bytes: 0) }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 256)
    while fgets(&buffer, 256, file) != nil {
      let end = buffer.firstIndex(of: 0) ?? 0
      let words = String(decoding: buffer[..<end].map(UInt8.init), as: UTF8.self)
        .split(whereSeparator: \.isWhitespace)
      if words.first == Substring(name), words.count > 1, let kilobytes = Int(words[1]) {
        return ProcessMemory(bytes: kilobytes * 1024)
      }
    }
    return ProcessMemory(bytes: 0)
  }
}
