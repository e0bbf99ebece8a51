import Glibc

/// The folder of one session's compiled cells; the worker loads them and the compiler imports them
/// from here.
struct SessionFolder: Sendable {
  /// The folder; its name begins with the machine and the session's process.
  let path: String

  /// A new folder in `parent`, from which those of processes that are gone are removed.
  init?(in parent: String) {
    guard makeFolder(parent) == 0 else { return nil }
    let machine = Self.machine
    for name in filesIn(parent) where name.hasPrefix("\(machine)-") {
      guard let process = pid_t(name.dropFirst(machine.count + 1).prefix { $0 != "-" }) else {
        continue
      }
      if kill(process, 0) != 0, errno == ESRCH { removeFolder("\(parent)/\(name)") }
    }
    path = "\(parent)/\(machine)-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    guard mkdir(path, 0o700) == 0 else { return nil }
  }

  /// The name of this machine: a home folder may be shared by several.
  private static var machine: String {
    var name = [CChar](repeating: 0, count: 256)
    gethostname(&name, name.count - 1)
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// The folders that can hold the sessions, best first: beside the cache, where a file can be
  /// linked; the temporary folder; memory, when the disks are full.
  static func parents(cache: String?) -> [String] {
    let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let shared = ["\(temporary)/offramp-\(getuid())", "/dev/shm/offramp-\(getuid())"]
    return (cache.map { ["\($0)/sessions"] } ?? []) + shared
  }
}
