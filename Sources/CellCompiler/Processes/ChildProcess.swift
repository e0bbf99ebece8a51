import Glibc
import Synchronization

/// Runs programs one at a time and can end the running one from another thread.
final class ChildProcess: Sendable {
  /// How a program ended.
  struct Outcome {
    /// What it wrote to standard output and standard error.
    var output: String
    /// The exit status, or the negative number of the signal that ended it.
    var status: Int32
  }

  private struct State {
    var process: pid_t = 0
    var isCancelled = false
  }

  private let state = Mutex(State())

  /// Whether ``cancel()`` was called since ``reset()``.
  var isCancelled: Bool { state.withLock { $0.isCancelled } }

  /// Forgets an earlier ``cancel()``.
  func reset() { state.withLock { $0.isCancelled = false } }

  /// Ends the running program, and keeps later ones from starting until ``reset()``.
  func cancel() {
    state.withLock {
      $0.isCancelled = true
      if $0.process > 0 { kill(-$0.process, SIGKILL) }
    }
  }

  /// Runs a program to its end.
  ///
  /// - Throws: ``ToolchainError`` if it cannot be started.
  func run(_ path: String, _ arguments: [String]) throws(ToolchainError) -> Outcome {
    var pipeEnds: [Int32] = [0, 0]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &pipeEnds) == 0 else { throw .cannotStart(path, errno) }
    let started = start(path, arguments, output: pipeEnds[1])
    close(pipeEnds[1])
    defer { close(pipeEnds[0]) }
    guard started.error == 0 else { throw .cannotStart(path, started.error) }
    let output = readToEnd(pipeEnds[0])
    return Outcome(output: output, status: wait(for: started.process))
  }

  private func start(
    _ path: String, _ arguments: [String], output: Int32
  ) -> (process: pid_t, error: Int32) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, output, 1)
    posix_spawn_file_actions_adddup2(&actions, output, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var words = ([path] + arguments).map { strdup($0) } + [nil]
    defer { words.forEach { free($0) } }
    return state.withLock { state in
      guard !state.isCancelled else { return (0, ECANCELED) }
      var process: pid_t = 0
      let error = Children.start(&process) {
        posix_spawn(&$0, path, &actions, &attributes, &words, environ)
      }
      if error == 0 { state.process = process }
      return (process, error)
    }
  }

  private func readToEnd(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      if count > 0 { bytes += buffer[..<count] } else if count == 0 || errno != EINTR { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func wait(for process: pid_t) -> Int32 {
    _ = Children.hasEnded(process, waits: true)
    return state.withLock { state in
      state.process = 0
      return Children.waitForEnd(of: process)
    }
  }
}
