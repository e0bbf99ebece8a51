import FoundationEssentials
import Glibc
import JupyterProtocol

/// A kernel that can be started and timed.
struct BenchedKernel: Sendable {
  /// What the table calls it.
  let name: String
  /// The language its cells are written in.
  let language: BenchLanguage
  /// The program and its arguments; `{connection_file}` stands for the file's path.
  let arguments: [String]
  /// What is added to this process's environment.
  var environment: [String: String]
  /// Where its connection files go.
  let folder: String
  /// Whether it takes interrupts as messages; else as signals.
  let isInterruptedByMessage: Bool
  /// The folder in which it keeps compiled cells, if it does.
  var cache: String?

  /// This program, with a cache of its own.
  static func thisProgram(cache: String, folder: String) throws -> BenchedKernel {
    guard let toolchain = Toolchain.folder else {
      throw Failure("Cells need a Swift toolchain, and \(Toolchain.whyMissing).")
    }
    let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return BenchedKernel(
      name: "offramp", language: .swift,
      arguments: [program, "kernel", "--connection-file", "{connection_file}"],
      environment: [
        "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "5000", "OFFRAMP_TOOLCHAIN": toolchain,
        "OFFRAMP_CACHE": cache,
      ],
      folder: folder, isInterruptedByMessage: true, cache: cache)
  }

  /// A kernel for Python that Jupyter knows by that name.
  static func installed(_ name: String, folder: String) -> BenchedKernel? {
    for data in KernelFolder.searchPath {
      let place = "\(data)/kernels/\(name)"
      guard let text = try? Files.read("\(place)/kernel.json"),
        let spec = try? JSON(parsing: Array(text)), spec["language"]?.string == "python",
        let words = spec["argv"]?.array?.compactMap(\.string), let program = words.first
      else { continue }
      var arguments = words.map { $0.replacing("{resource_dir}", with: place) }
      // As Jupyter has it, `python` is the Python of the environment the kernel is installed in.
      let python = "\(Files.parent(Files.parent(data)))/bin/\(program)"
      if program.hasPrefix("python"), Files.exists(python) { arguments[0] = python }
      let added = spec["env"]?.object?.compactMapValues(\.string) ?? [:]
      return BenchedKernel(
        name: name == "python3" ? "ipykernel" : name == "xpython" ? "xeus-python" : name,
        language: .python, arguments: arguments, environment: added, folder: folder,
        isInterruptedByMessage: spec["interrupt_mode"] == "message")
    }
    return nil
  }
}

/// A kernel's process, in a group of its own.
final class BenchedProcess {
  let id: pid_t
  private var hasEnded = false

  init(_ kernel: BenchedKernel, connectionFile: String) throws {
    let arguments = kernel.arguments.map {
      $0.replacing("{connection_file}", with: connectionFile)
    }
    let program =
      arguments[0].contains("/") ? arguments[0] : Tool(named: arguments[0])?.path ?? arguments[0]
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor: Int32 in 0...2 {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    var words = arguments.map { strdup($0) } + [nil]
    var variables = Self.variables(kernel.environment).map { strdup($0) } + [nil]
    defer { for word in words + variables { free(word) } }
    var id: pid_t = 0
    let code = posix_spawn(&id, program, &actions, &attributes, &words, &variables)
    guard code == 0 else { throw Failure.system("run", program, code: code) }
    self.id = id
  }

  deinit { end() }

  /// Waits until it has ended by itself.
  func waitForEnd(seconds: Double) throws {
    let deadline = BenchClock.now() + seconds
    while !hasEnded {
      hasEnded = waitpid(id, nil, WNOHANG) == id
      guard hasEnded || BenchClock.now() < deadline else {
        throw Failure("The kernel (process \(id)) did not end in \(seconds) s.")
      }
      if !hasEnded { usleep(500) }
    }
  }

  /// Ends it and all that it has started, now.
  func end() {
    guard !hasEnded else { return }
    kill(-id, SIGKILL)
    waitpid(id, nil, 0)
    hasEnded = true
  }

  private static func variables(_ added: [String: String]) -> [String] {
    var kept: [String] = []
    var entry = environ
    while let text = entry.pointee {
      let line = String(cString: text)
      if added[String(line.prefix { $0 != "=" })] == nil { kept.append(line) }
      entry += 1
    }
    return kept + added.map { "\($0.key)=\($0.value)" }
  }
}

/// The clock that all processes of this machine share.
enum BenchClock {
  /// Seconds since some fixed moment.
  static func now() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
