import Glibc

/// Another program, run to its end with its output collected.
struct Tool {
  /// What came of it.
  struct Result {
    /// The exit status, or 128 plus the number of the signal that ended it.
    var status: Int32
    /// Standard output and standard error together, without the final newline.
    var output: String
    /// The first line of the output.
    var firstLine: String {
      String(output.split(whereSeparator: \.isNewline).first ?? "")
    }
  }

  /// The program's path.
  let path: String

  init(_ path: String) { self.path = path }

  /// The program called `name` in the folders of `PATH`.
  init?(named name: String) {
    let folders = Environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    let candidates = folders.split(separator: ":").map { "\($0)/\(name)" }
    guard let path = candidates.first(where: { access($0, X_OK) == 0 }) else { return nil }
    self.path = path
  }

  /// Runs the program with no input and waits for it.
  ///
  /// - Parameter seconds: after this long it is killed, and its status says so.
  func run(_ arguments: [String] = [], seconds: Double = 60) throws -> Result {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure.system("run", path) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let process: pid_t
    do {
      defer { close(ends[1]) }
      process = try spawn(arguments, output: ends[1])
    }
    let output = collect(from: ends[0], killing: process, after: seconds)
    close(ends[0])
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    let signal = status & 0x7f
    return Result(status: signal == 0 ? status >> 8 & 0xff : 128 + signal, output: output)
  }

  private func spawn(_ arguments: [String], output: Int32) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    let words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, path, &actions, nil, words, environ)
    guard code == 0 else { throw Failure.system("run", path, code: code) }
    return process
  }

  private func collect(from end: Int32, killing process: pid_t, after seconds: Double) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let deadline = ContinuousClock.now + .seconds(seconds)
    while true {
      let left = (deadline - ContinuousClock.now) / .milliseconds(1)
      var wait = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
      let ready = poll(&wait, 1, Int32(max(0, left)))
      if ready < 0 && errno == EINTR { continue }
      guard ready > 0 else { kill(process, SIGKILL); break }
      let count = read(end, &chunk, chunk.count)
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.last?.isNewline == true ? String(text.dropLast()) : text
  }
}
