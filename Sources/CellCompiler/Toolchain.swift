import Glibc
import Synchronization

/// The Swift toolchain that compiles cells.
struct Toolchain: Sendable {
  /// The compiler proper, `swift-frontend`.
  let frontend: String
  /// The linker, `ld.lld`.
  let linker: String
  /// The folder of the standard library, `…/usr/lib/swift`.
  let resources: String
  /// What changes when another toolchain is put in the place of this one.
  let identity: String

  #if arch(arm64)
    static let architecture = "aarch64"
  #else
    static let architecture = "x86_64"
  #endif

  /// The program that finds the source of an instruction.
  var symbolizer: String { "\(frontend.parentFolder ?? "")/llvm-symbolizer" }
  /// The library behind completion and inspection.
  var sourceKit: String { "\(resources.parentFolder ?? "")/libsourcekitdInProc.so" }
  /// The folder of the runtime's shared libraries.
  var runtime: String { "\(resources)/linux" }
  /// The object that registers a shared object's types and conformances.
  var registration: String { "\(runtime)/\(Self.architecture)/swiftrt.o" }
  /// The folder of the toolchain's macro implementations.
  var plugins: String { "\(resources)/host/plugins" }
  /// The library that loads them into the compiler.
  var pluginServer: String { "\(resources)/host/libSwiftInProcPluginServer.so" }

  /// The flags that tell the compiler where things are and how to speak.
  func flags(moduleCache: String) -> [String] {
    [
      "-resource-dir", resources, "-module-cache-path", moduleCache, "-plugin-path", plugins,
      "-in-process-plugin-server-path", pluginServer, "-diagnostic-style", "llvm",
      "-no-color-diagnostics",
    ]
  }

  /// Finds the toolchain of `OFFRAMP_TOOLCHAIN` (its `usr` folder), else that of the `swift` on the
  /// search path.
  ///
  /// - Throws: ``ToolchainError`` with a sentence on what is missing.
  static func locate() throws(ToolchainError) -> Toolchain {
    if let chosen = getenv("OFFRAMP_TOOLCHAIN") {
      return try Toolchain(folder: String(cString: chosen))
    }
    let folders = (getenv("PATH").map { String(cString: $0) } ?? "").split(separator: ":")
    for folder in folders where access("\(folder)/swift", X_OK) == 0 {
      if let path = realPath("\(folder)/swift"), let found = try? Toolchain(executable: path) {
        return found
      }
      return try Toolchain(asking: "\(folder)/swift")
    }
    throw ToolchainError.notFound
  }

  private init(executable: String) throws(ToolchainError) {
    guard let bin = executable.parentFolder, let usr = bin.parentFolder else { throw .notFound }
    try self.init(folder: usr)
  }

  /// Asks a `swift` that stands for a toolchain elsewhere, such as swiftly's.
  private init(asking swift: String) throws(ToolchainError) {
    let outcome = try ChildProcess().run(swift, ["-print-target-info"])
    let key = "\"runtimeResourcePath\": \""
    guard let found = outcome.output.range(of: key) else { throw .notFound }
    let resources = String(outcome.output[found.upperBound...].prefix { $0 != "\"" })
    guard let usr = resources.parentFolder?.parentFolder else { throw .notFound }
    try self.init(folder: usr)
  }

  private init(folder: String) throws(ToolchainError) {
    frontend = "\(folder)/bin/swift-frontend"
    linker = "\(folder)/bin/ld.lld"
    resources = "\(folder)/lib/swift"
    identity = "\(frontend) \(FileStamp(frontend)?.text ?? "")"
    for part in [frontend, linker, registration] where access(part, R_OK) != 0 {
      throw .incomplete(missing: part)
    }
  }
}

/// Why no cell can be compiled.
package enum ToolchainError: Error, Hashable, CustomStringConvertible {
  case notFound
  case incomplete(missing: String)
  case cannotStart(String, Int32)

  /// One sentence: what is missing and what to do.
  package var description: String {
    switch self {
    case .notFound:
      "No Swift toolchain was found: put its `swift` on PATH (https://swift.org/install) or name "
        + "its `usr` folder in OFFRAMP_TOOLCHAIN, then restart the kernel."
    case .incomplete(let part):
      "The Swift toolchain has no \(part): install it anew from https://swift.org/install or "
        + "name another's `usr` folder in OFFRAMP_TOOLCHAIN, then restart the kernel."
    case .cannotStart(let program, let error):
      "\(program) cannot be started (\(String(cString: strerror(error)))): check the toolchain and "
        + "the free memory, then run the cell again."
    }
  }
}

/// The toolchain, looked for when it is first wanted, by any thread.
final class LazyToolchain: Sendable {
  private let found = Mutex<Toolchain?>(nil)

  /// The toolchain.
  ///
  /// - Throws: ``ToolchainError`` if there is none; it is looked for again the next time.
  func get() throws(ToolchainError) -> Toolchain {
    if let toolchain = found.withLock({ $0 }) { return toolchain }
    let toolchain = try Toolchain.locate()
    found.withLock { $0 = toolchain }
    return toolchain
  }
}
