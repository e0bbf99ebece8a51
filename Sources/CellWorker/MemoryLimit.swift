import CCellRuntime
import Glibc

/// Keeps a cell from taking the machine's last memory.
///
/// What a cell asks for beyond what is there is refused, and Swift then ends the process; where
/// memory runs out in another way (pages that were shared are written to), the process ends itself.
/// Either way the machine goes on, and the snapshot takes over.
struct MemoryLimit {
  private let total = Memory.total
  private let chosen = getenv("OFFRAMP_MEMORY_LIMIT").flatMap { Int(String(cString: $0)) }
  private var ticks = 0

  /// Room for the cell's stack, which counts although most of it is never used.
  private static let stackRoom = 600 << 20

  /// Sets the limit for the next cell.
  func apply() {
    let own = Memory.own
    let room = max(Memory.available - reserve, 64 << 20)
    let limit = min(own.data + room, chosen ?? Int.max - Self.stackRoom) + Self.stackRoom
    var limits = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limits)
    limits.rlim_cur = min(rlim_t(limit), limits.rlim_max)
    setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &limits)
  }

  /// Ends the process if the machine has next to no memory left and this process has much of it.
  mutating func check() {
    ticks += 1
    guard ticks % 10 == 0, Memory.available < reserve / 4 else { return }
    guard Memory.own.resident > total / 4 else { return }
    CellWorker.notes.pointee.cause = Int32(cell_runtime_out_of_memory.rawValue)
    kill(getpid(), SIGKILL)
  }

  /// What is left to the rest of the machine.
  private var reserve: Int { max(total / 32, 128 << 20) }
}

/// What the system says about memory, in bytes.
enum Memory {
  /// The machine's, or what the group of processes may have that this one belongs to.
  static var total: Int {
    let machine = value(of: "MemTotal:", in: text("/proc/meminfo")).map { $0 << 10 } ?? Int.max
    return min(machine, groups.compactMap(\.limit).min() ?? machine)
  }

  /// What can still be had.
  static var available: Int {
    let machine = value(of: "MemAvailable:", in: text("/proc/meminfo")).map { $0 << 10 } ?? Int.max
    return groups.reduce(machine) { least, group in
      guard let limit = group.limit, let used = group.used else { return least }
      return min(least, limit - used)
    }
  }

  /// This process's: in memory now, and asked for.
  static var own: (resident: Int, data: Int) {
    let numbers = text("/proc/self/statm").split(separator: " ").compactMap { Int($0) }
    let page = sysconf(Int32(_SC_PAGESIZE))
    return numbers.count > 5 ? (numbers[1] * page, numbers[5] * page) : (0, 0)
  }

  /// What a copy of this process shares with it until one of them writes: memory that belongs to no
  /// file.
  static var shareable: Int {
    let numbers = text("/proc/self/statm").split(separator: " ").compactMap { Int($0) }
    return numbers.count > 2 ? (numbers[1] - numbers[2]) * sysconf(Int32(_SC_PAGESIZE)) : 0
  }

  /// The control groups that limit this process's memory, as files of limit and use.
  private static let groupFiles: [(limit: String, used: String, cache: String)] =
    text("/proc/self/cgroup").split(separator: "\n").flatMap { line in
      let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard parts.count == 3 else { return [(limit: String, used: String, cache: String)]() }
      let isSecond = parts[1].isEmpty
      guard isSecond || parts[1] == "memory" else { return [] }
      let root = isSecond ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory"
      let names =
        isSecond
        ? ("memory.max", "memory.current") : ("memory.limit_in_bytes", "memory.usage_in_bytes")
      // In a container the group's own folder is the root.
      return ["\(root)\(parts[2])", root].map {
        (limit: "\($0)/\(names.0)", used: "\($0)/\(names.1)", cache: "\($0)/memory.stat")
      }
    }

  private static var groups: [(limit: Int?, used: Int?)] {
    groupFiles.map { files in
      guard let limit = Int(text(files.limit).trimmed), limit < 1 << 60 else { return (nil, nil) }
      // Files that the system keeps in memory give way.
      let cache = value(of: "inactive_file", in: text(files.cache)) ?? 0
      return (limit, Int(text(files.used).trimmed).map { $0 - cache })
    }
  }

  private static func value(of name: String, in text: String) -> Int? {
    let line = text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }
    return line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
  }

  private static func text(_ path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    return String(unsafeUninitializedCapacity: 8192) { max(read(file, $0.baseAddress, 8192), 0) }
  }
}

extension String {
  fileprivate var trimmed: Substring { self.prefix { !$0.isWhitespace } }
}
