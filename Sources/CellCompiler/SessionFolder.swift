import Glibc

/// The folder of one session's compiled cells; the worker loads them and the compiler imports them
/// from here.
struct SessionFolder: Sendable {
  /// The folder; its name begins with the session's process.
  let path: String

  /// A new folder in `parent`, from which those of processes that are gone are removed.
  init?(in parent: String) {
    guard makeFolder(parent) == 0 else { return nil }
    for name in filesIn(parent) {
      guard let process = pid_t(name.prefix { $0 != "-" }) else { continue }
      if kill(process, 0) != 0, errno == ESRCH { removeFolder("\(parent)/\(name)") }
    }
    path = "\(parent)/\(getpid())-\(UInt32.random(in: 0 ... .max))"
    guard mkdir(path, 0o700) == 0 else { return nil }
  }

  /// The folders that can hold the sessions, best first: beside the cache, where a file can be
  /// linked; the temporary folder; memory, when the disks are full.
  static func parents(cache: String?) -> [String] {
    let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let shared = ["\(temporary)/offramp-\(getuid())", "/dev/shm/offramp-\(getuid())"]
    return (cache.map { ["\($0)/sessions"] } ?? []) + shared
  }
}
