import Glibc

/// A process and those it started, while nothing is asked of them.
struct IdleProcesses {
  private let ids: [pid_t]

  init(of process: pid_t) {
    var parents: [pid_t: pid_t] = [:]
    for name in Files.names(in: "/proc") {
      guard let id = pid_t(name), let fields = Self.fields(of: id) else { continue }
      parents[id] = pid_t(fields[1])
    }
    var found: Set<pid_t> = [process]
    while true {
      let children = parents.filter { found.contains($0.value) && !found.contains($0.key) }.keys
      if children.isEmpty { break }
      found.formUnion(children)
    }
    ids = found.sorted()
  }

  /// Memory in use; what several of them share counts once.
  var residentBytes: Double {
    ids.reduce(0) { $0 + Self.proportionalKilobytes(of: $1) * 1024 }
  }

  /// Processor seconds used in one second, measured for some seconds.
  func processorTime(seconds: UInt32) -> Double {
    let before = usedTicks
    sleep(seconds)
    return (usedTicks - before) / Double(sysconf(Int32(_SC_CLK_TCK))) / Double(seconds)
  }

  private var usedTicks: Double {
    ids.reduce(0) { sum, id in
      guard let fields = Self.fields(of: id), fields.count > 12 else { return sum }
      return sum + (Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0)
    }
  }

  /// The fields of `/proc/ID/stat` from the state on: after the name, which may hold anything.
  private static func fields(of id: pid_t) -> [Substring]? {
    guard let bytes = try? Files.read("/proc/\(id)/stat") else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.lastIndex(of: ")") else { return nil }
    let fields = text[text.index(after: end)...].split(separator: " ")
    return fields.count > 1 ? fields : nil
  }

  private static func proportionalKilobytes(of id: pid_t) -> Double {
    guard let bytes = try? Files.read("/proc/\(id)/smaps_rollup") else { return 0 }
    let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .first { $0.hasPrefix("Pss:") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
  }
}
