import Glibc
import Synchronization

/// Runs a program, passes on what it writes as it comes, and leaves nothing of it behind.
///
/// The program has a process group of its own. A shell in that group waits for the end of a pipe
/// whose other end only this process holds, and then ends the group: so it goes when the program
/// does, and when this process dies in whatever way.
package final class LiveProcess: Sendable {
  /// One of the two streams of a program.
  package enum Stream: Int, Sendable { case output, error }

  private struct State {
    var process: pid_t = 0
    var cancelled: ContinuousClock.Instant?
  }

  private let state = Mutex(State())

  package init() {}

  /// Whether ``cancel()`` was called.
  package var isCancelled: Bool { state.withLock { $0.cancelled != nil } }

  /// Interrupts the program, and ends it if it goes on.
  package func cancel() {
    state.withLock { state in
      if state.cancelled == nil { state.cancelled = .now }
      if state.process > 0 { kill(-state.process, SIGINT) }
    }
  }

  /// Runs a program to its end.
  ///
  /// - Parameters:
  ///   - command: The program, found as the shell finds it, and its arguments.
  ///   - folder: The folder in which it starts.
  ///   - environment: Its environment; `nil` is that of this process.
  ///   - receive: Is given what it writes, in the calling thread.
  /// - Returns: The exit status, or the negative number of the signal that ended it.
  /// - Throws: ``ToolchainError`` if no shell can be started.
  package func run(
    _ command: [String], in folder: String, environment: [String: String]? = nil,
    receive: (Stream, ArraySlice<UInt8>) -> Void
  ) throws(ToolchainError) -> Int32 {
    var lifeline: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &lifeline) == 0 else { throw .cannotStart("sh", errno) }
    defer { close(lifeline[0]) }
    let outputs = [Self.makePipe(), Self.makePipe()]
    defer { for ends in outputs { close(ends[0]) } }
    let started = start(
      ["sh", "-c", Self.script, "sh", folder] + command, environment,
      outputs: outputs.map { $0[1] }, lifeline: lifeline[1])
    for end in outputs.map({ $0[1] }) + [lifeline[1]] { close(end) }
    if started.error == ECANCELED { return -SIGINT }
    guard started.error == 0 else { throw .cannotStart("/bin/sh", started.error) }
    pass(outputs.map { $0[0] }, of: started.process, to: receive)
    return end(of: started.process)
  }

  private static let script = """
    { read -r line <&9; kill -INT 0; sleep 1; kill -KILL 0; } >/dev/null 2>&1 &
    exec 9<&-; cd -- "$1" || exit 127; shift; exec "$@"
    """

  private static func makePipe() -> [Int32] {
    var ends: [Int32] = [-1, -1]
    if pipe(&ends) == 0 { for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) } }
    return ends
  }

  private func start(
    _ words: [String], _ environment: [String: String]?, outputs: [Int32], lifeline: Int32
  ) -> (process: pid_t, error: Int32) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&actions, outputs[0], 1)
    posix_spawn_file_actions_adddup2(&actions, outputs[1], 2)
    posix_spawn_file_actions_adddup2(&actions, lifeline, 9)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    Self.restoreSignals(&attributes)
    var arguments = words.map { strdup($0) } + [nil]
    var variables = (environment ?? [:]).map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in arguments + variables { free(word) } }
    return state.withLock { state in
      guard state.cancelled == nil else { return (0, ECANCELED) }
      var process: pid_t = 0
      let error = variables.withUnsafeMutableBufferPointer { given in
        Children.start(&process) {
          posix_spawn(
            &$0, "/bin/sh", &actions, &attributes, &arguments,
            environment == nil ? environ : given.baseAddress!)
        }
      }
      if error == 0 { state.process = process }
      return (process, error)
    }
  }

  /// This process holds some signals back and ignores others; a program that it starts does not.
  private static func restoreSignals(_ attributes: inout posix_spawnattr_t) {
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGINT, SIGPIPE, SIGTERM] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
  }

  /// How long, in milliseconds, an end that nobody announces can go unnoticed.
  private static let pause: Int32 = 50
  /// How long a program may take to end after an interrupt.
  private static let grace = Duration.seconds(2)

  private func pass(
    _ descriptors: [Int32], of process: pid_t, to receive: (Stream, ArraySlice<UInt8>) -> Void
  ) {
    for descriptor in descriptors { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    var waiting = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    var hasEnded = false
    var nextLook = ContinuousClock.now
    while waiting.contains(where: { $0.fd >= 0 }) {
      let ready = poll(&waiting, 2, hasEnded ? 0 : Self.pause)
      if ready == 0, hasEnded { return }
      for k in waiting.indices where waiting[k].fd >= 0 && waiting[k].revents != 0 {
        var bytes = [UInt8](repeating: 0, count: 65536)
        let count = read(waiting[k].fd, &bytes, bytes.count)
        if count > 0 { receive(Stream(rawValue: k) ?? .output, bytes[..<count]) }
        if count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) { waiting[k].fd = -1 }
      }
      if !hasEnded, ready == 0 || .now > nextLook {
        hasEnded = hasExited(process, waits: false)
        nextLook = .now + .milliseconds(Int(Self.pause))
        // What it has started and left behind would go on writing.
        if hasEnded { kill(-process, SIGKILL) }
      }
      endIfOverdue()
    }
    while !hasEnded {
      hasEnded = hasExited(process, waits: !isCancelled)
      endIfOverdue()
    }
  }

  private func hasExited(_ process: pid_t, waits: Bool) -> Bool {
    if !waits { usleep(1000) }
    return Children.hasEnded(process, waits: waits)
  }

  private func endIfOverdue() {
    state.withLock { state in
      guard let moment = state.cancelled, .now - moment > Self.grace else { return }
      kill(-state.process, SIGKILL)
    }
  }

  private func end(of process: pid_t) -> Int32 {
    state.withLock { state in
      // The program is gone but not yet forgotten, so its group's number is still its own.
      kill(-process, SIGKILL)
      state.process = 0
      return Children.waitForEnd(of: process)
    }
  }
}
