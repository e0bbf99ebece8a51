internal import Glibc

/// Another program, run to its end while this one watches.
///
/// A download is a child process because this one may be forked at any time: a networking library's
/// threads would not survive that.
enum ChildProcess {
  /// Runs a program found in PATH; its output goes to the file `log`, its input is empty.
  ///
  /// `meanwhile` is called ten times a second; if it throws, the program is ended and the error passed
  /// on. Returns the exit status, or 128 plus the signal that ended the program.
  static func run(
    _ arguments: [String], log: String, meanwhile: () throws -> Void = {}
  ) throws -> Int32 {
    let child = try start(arguments, log: log)
    do {
      while true {
        if let status = ended(child) { return status }
        try meanwhile()
        usleep(100_000)
      }
    } catch {
      kill(child, SIGTERM)
      _ = waitpid(child, nil, 0)
      throw error
    }
  }

  private static func start(_ arguments: [String], log: String) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var words = arguments.map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    var child: pid_t = 0
    let status = posix_spawnp(&child, arguments[0], &actions, nil, &words, environ)
    guard status == 0 else {
      throw DatasetError(
        "Cannot run \(arguments[0]): \(String(cString: strerror(status))). "
          + "Install it (apt-get install \(arguments[0])).")
    }
    return child
  }

  /// The exit status if the child has ended.
  private static func ended(_ child: pid_t) -> Int32? {
    var status: Int32 = 0
    let result = waitpid(child, &status, WNOHANG)
    if result == 0 || (result < 0 && errno == EINTR) { return nil }
    guard result == child else { return 127 }
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
  }
}
