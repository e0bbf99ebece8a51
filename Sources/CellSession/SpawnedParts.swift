import CCellRuntime
import CellWorker
import Glibc

/// The kernel's ends of what connects it with a new worker.
struct SpawnedParts {
  var process: pid_t
  var channel: Int32
  var outputs: [Int32]
  var memory: UnsafeMutableRawPointer

  /// Starts a worker.
  static func spawn(
    _ configuration: CellSession.Configuration
  ) -> Result<SpawnedParts, CellFailure> {
    var socket: [Int32] = [-1, -1]
    var output: [Int32] = [-1, -1]
    var error: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let shared = cell_runtime_shared_memory("offramp worker", CellWorker.memorySize)
    let made =
      shared >= 0 && socketpair(AF_UNIX, kind, 0, &socket) == 0
      && cell_runtime_pipe(&output) == 0 && cell_runtime_pipe(&error) == 0
    defer { for end in [socket[1], output[1], error[1], shared] where end >= 0 { close(end) } }
    let kept = [socket[0], output[0], error[0]]
    func failed(_ reason: Int32) -> Result<SpawnedParts, CellFailure> {
      for end in kept where end >= 0 { close(end) }
      return .failure(failure(reason))
    }
    guard made else { return failed(errno) }
    let size = CellWorker.memorySize
    guard let memory = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, shared, 0),
      memory != MAP_FAILED
    else { return failed(errno) }
    for end in kept { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    var process: pid_t = 0
    let reason = start(
      configuration, standard: [output[1], error[1]], channel: socket[1], memory: shared, &process)
    guard reason == 0 else {
      munmap(memory, size)
      return failed(reason)
    }
    return .success(
      SpawnedParts(
        process: process, channel: socket[0], outputs: [output[0], error[0]], memory: memory))
  }

  static func failure(_ reason: Int32) -> CellFailure {
    let message =
      "The process that runs cells cannot be started (\(String(cString: strerror(reason)))): free "
      + "some memory or end other programs, then run the cell again."
    return CellFailure(name: "WorkerUnavailable", message: message, traceback: [message])
  }

  private static func start(
    _ configuration: CellSession.Configuration, standard: [Int32], channel: Int32, memory: Int32,
    _ process: inout pid_t
  ) -> Int32 {
    // The descriptors are first moved out of the way of the numbers they are to get.
    let sources = (standard + [channel, memory]).map { fcntl($0, F_DUPFD_CLOEXEC, 64) }
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
    return posix_spawn(
      &process, configuration.executable, &actions, &attributes, &arguments, &environment)
  }
}

extension SpawnedParts {
  /// Strings as C's program start takes them; to be freed.
  private static func words(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
  }
}

/// Runs a piece of work on a thread of its own.
func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  let box = Unmanaged.passRetained(Box(body))
  var attributes = pthread_attr_t()
  pthread_attr_init(&attributes)
  defer { pthread_attr_destroy(&attributes) }
  pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
  var thread = pthread_t()
  let error = pthread_create(
    &thread, &attributes,
    { context in
      guard let context else { return nil }
      Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
      return nil
    }, box.toOpaque())
  precondition(error == 0, "The system has no room for another thread.")
}
