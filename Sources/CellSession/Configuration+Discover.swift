import CellCompiler
import Glibc

extension CellSession.Configuration {
  /// The parts as this executable finds them: itself as worker, the modules beside it, the user's
  /// cache folder.
  ///
  /// `OFFRAMP_EXECUTABLE`, `OFFRAMP_MODULES` and `OFFRAMP_CACHE` name others.
  /// `OFFRAMP_SNAPSHOTS=off` runs cells without snapshots, `OFFRAMP_OUTPUT_LIMIT` sets the bytes of
  /// text that a cell may print, and `OFFRAMP_INTERRUPT_GRACE` the seconds that it has to end.
  ///
  /// - Throws: ``CellFailure`` if the library's modules are not where they should be.
  public static func discover() throws -> Self {
    let (executable, folder) = findExecutable()
    // An installed kernel has them beside the folder of its program, a build in its own.
    let installed = "\(Self.folder(of: folder))/modules"
    let candidates = [variable("OFFRAMP_MODULES"), installed, "\(folder)/Modules"]
      .compactMap { $0 }
    guard let modules = candidates.first(where: { access("\($0)/Display.swiftmodule", R_OK) == 0 })
    else {
      let message =
        "The compiled modules of Offramp are missing: \(candidates.joined(separator: ", ")) hold "
        + "no Display.swiftmodule. Install the kernel anew."
      throw CellFailure(name: "InstallationError", message: message, traceback: [message])
    }
    var configuration = Self(
      executable: executable, modules: modules, cache: cacheFolder, environment: workerEnvironment)
    configuration.takesSnapshots = variable("OFFRAMP_SNAPSHOTS") != "off"
    if let limit = variable("OFFRAMP_OUTPUT_LIMIT").flatMap({ Int($0) }) {
      configuration.outputLimit = max(limit, 0)
    }
    if let grace = variable("OFFRAMP_INTERRUPT_GRACE").flatMap({ Double($0) }) {
      configuration.grace = max(grace, 0)
    }
    return configuration
  }

  /// This executable, or `offramp` beside it where this is a test.
  private static func findExecutable() -> (path: String, folder: String) {
    if let chosen = variable("OFFRAMP_EXECUTABLE") { return (chosen, folder(of: chosen)) }
    let own = ownPath
    let beside = "\(folder(of: own))/offramp"
    let isOwn = own == beside || access(beside, X_OK) != 0
    return (isOwn ? "/proc/self/exe" : beside, folder(of: own))
  }

  private static var ownPath: String {
    var bytes = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &bytes, bytes.count - 1)
    return String(decoding: bytes.prefix(max(count, 0)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private static var cacheFolder: String? {
    if let chosen = variable("OFFRAMP_CACHE") { return chosen }
    if let folder = variable("XDG_CACHE_HOME") { return "\(folder)/offramp" }
    return variable("HOME").map { "\($0)/.cache/offramp" }
  }

  /// This process's environment, and the threads' manners: libgomp's spin by default and collapse
  /// when another process wants a core.
  private static var workerEnvironment: [String: String] {
    processEnvironment(over: [
      "OMP_WAIT_POLICY": "passive", "GOMP_SPINCOUNT": "5000", "SWIFT_BACKTRACE": "enable=yes",
    ])
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }

  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }
}
