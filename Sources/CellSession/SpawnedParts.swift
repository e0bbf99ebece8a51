import CCellRuntime
import CellCompiler
import CellWorker
import Glibc

/// The kernel's ends of what connects it with a new worker.
struct SpawnedParts {
  var process: pid_t
  var channel: Int32
  /// Where a snapshot waits at the other end.
  var standby: Int32
  var outputs: [Int32]
  var notes: WorkerNotes

  /// Starts a worker.
  static func spawn(
    _ configuration: CellSession.Configuration
  ) -> Result<SpawnedParts, CellFailure> {
    var socket: [Int32] = [-1, -1]
    var standby: [Int32] = [-1, -1]
    var output: [Int32] = [-1, -1]
    var error: [Int32] = [-1, -1]
    let shared = cell_runtime_shared_memory("offramp worker", CellWorker.memorySize)
    let made =
      shared >= 0 && cell_runtime_sockets(&socket) == 0 && cell_runtime_sockets(&standby) == 0
      && cell_runtime_pipe(&output) == 0 && cell_runtime_pipe(&error) == 0
    defer {
      for end in [socket[1], standby[1], output[1], error[1], shared] where end >= 0 { close(end) }
    }
    let kept = [socket[0], standby[0], output[0], error[0]]
    func failed(_ reason: Int32) -> Result<SpawnedParts, CellFailure> {
      for end in kept where end >= 0 { close(end) }
      return .failure(failure(reason))
    }
    guard made else { return failed(errno) }
    guard let notes = WorkerNotes(descriptor: shared) else { return failed(errno) }
    for end in [socket[0], output[0], error[0]] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    var process: pid_t = 0
    let reason = start(
      configuration, [output[1], error[1], socket[1], shared, standby[1]], &process)
    guard reason == 0 else { return failed(reason) }
    return .success(
      SpawnedParts(
        process: process, channel: socket[0], standby: standby[0], outputs: [output[0], error[0]],
        notes: notes))
  }

  static func failure(_ reason: Int32) -> CellFailure {
    let message =
      "The process that runs cells cannot be started (\(String(cString: strerror(reason)))): free "
      + "some memory or end other programs, then run the cell again."
    return CellFailure(name: "WorkerUnavailable", message: message, traceback: [message])
  }

  private static func start(
    _ configuration: CellSession.Configuration, _ descriptors: [Int32], _ process: inout pid_t
  ) -> Int32 {
    // The descriptors are first moved out of the way of the numbers they are to get, from 1 on.
    let sources = descriptors.map { fcntl($0, F_DUPFD_CLOEXEC, 64) }
    defer { for source in sources where source >= 0 { close(source) } }
    guard sources.allSatisfy({ $0 >= 0 }) else { return errno }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    for (target, source) in sources.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, source, Int32(target + 1))
    }
    if let folder = configuration.workingDirectory {
      _ = cell_runtime_add_folder(&actions, folder)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var arguments = Self.words(["offramp", "worker"])
    var environment = Self.words(configuration.environment.map { "\($0.key)=\($0.value)" })
    defer { (arguments + environment).forEach { free($0) } }
    return Children.start(&process) {
      posix_spawn(
        &$0, configuration.executable, &actions, &attributes, &arguments, &environment)
    }
  }
}

extension SpawnedParts {
  /// Strings as C's program start takes them; to be freed.
  private static func words(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
  }
}
