import Glibc

/// Why a compilation did not produce a shared object.
enum BuildFailure: Error {
  case compiler(output: String)
  case link(String)
  case storage(String)
  case cancelled
  case toolchain(ToolchainError)
}

/// One run of compiler and linker.
struct Compilation {
  let module: String
  let number: Int
  let imports: [String]
  let cell: ParsedCell
  var rewritten: RewrittenCell
  let options: CellOptions
  let packages: [PackageProducts]
  /// The session's folders; results go to the last.
  var folders: [String] = []
  /// The folders of revised modules, searched first.
  var revisions: [String] = []
  /// A remark for the user.
  var notice: String?

  init(
    module: String, number: Int, imports: [String], cell: ParsedCell, rewritten: RewrittenCell,
    options: CellOptions, packages: [PackageProducts]
  ) {
    self.module = module
    self.options = options
    self.packages = packages
    self.number = number
    self.imports = imports
    self.cell = cell
    self.rewritten = rewritten
  }

  /// The file that messages name.
  var file: String { "In[\(number)]" }
  /// The symbol of the cell's entry.
  var entry: String { "offramp_\(module)" }
  var library: String { output("so") }
  var moduleFile: String { output("swiftmodule") }

  /// The whole text for the compiler.
  var text: String {
    let all = imports + cell.imports
    let usesFoundation = all.contains { $0.contains("Foundation") }
    let describesErrors =
      usesFoundation
      ? ["CellHooks.describeErrors { ($0 as? any LocalizedError)?.errorDescription }"] : []
    let prologue = ["import Display"] + imports + describesErrors
    return prologue.joined(separator: "\n")
      + "\n#sourceLocation(file: \"\(file)\", line: 1)\n\(rewritten.edits.text)\n"
  }

  /// The flags of every compilation.
  static let commonFlags = [
    "-target", "\(Toolchain.architecture)-unknown-linux-gnu", "-swift-version", "5",
    "-gline-tables-only", "-enable-bare-slash-regex", "-suppress-warnings", "-disable-objc-interop",
    "-empty-abi-descriptor",
  ]

  /// The flags on which the result depends.
  var flags: [String] {
    Self.commonFlags + [
      options.optimization.rawValue, "-enable-testing", "-module-name", module,
      "-entry-point-function-name", entry,
    ] + (cell.declaresConformance ? ["-disable-access-control"] : [])
  }

  /// The flags that tell the compiler where modules are.
  func searchFlags(modules: String) -> [String] {
    (revisions + folders).flatMap { ["-I", $0] } + packages.flatMap(\.searchFlags)
      + moduleFolders(modules).flatMap { ["-I", $0] }
  }

  /// Compiles and links.
  func run(
    _ toolchain: Toolchain, modules: String, moduleCache: String, child: ChildProcess
  ) throws(BuildFailure) {
    let source = output("swift")
    let object = output("o")
    let error = writeFile(source, Array(text.utf8))
    guard error == 0 else { throw .storage("\(source) cannot be written (\(errorText(error))).") }
    defer { for file in [source, object] { unlink(file) } }
    let search = searchFlags(modules: modules)
    try run(
      child, toolchain.frontend,
      ["-frontend", "-c", source, "-o", object, "-emit-module-path", moduleFile] + flags + search
        + toolchain.flags(moduleCache: moduleCache))
    try link(object, toolchain, child)
  }

  /// Removes what an earlier attempt has left.
  func removeOutputs() {
    for file in [library, moduleFile] { unlink(file) }
  }

  private func link(
    _ object: String, _ toolchain: Toolchain, _ child: ChildProcess
  ) throws(BuildFailure) {
    guard let bytes = readFile(object) else {
      throw .storage("\(object) cannot be read (\(errorText(errno))).")
    }
    let system = "/usr/lib/\(Toolchain.architecture)-linux-gnu"
    let folders = [toolchain.runtime, system, "/usr/lib64", "/usr/lib", "/usr/local/lib"]
    do throws(BuildFailure) {
      try run(
        child, toolchain.linker,
        ["-shared", "-o", library, object, toolchain.registration, "-rpath", toolchain.runtime]
          + folders.flatMap { ["-L", $0] } + packages.flatMap(\.linkFlags)
          + autolinkEntries(ofObject: bytes))
    } catch {
      guard case .compiler(let output) = error else { throw error }
      let message = output.split(separator: "\n").first ?? "no message"
      throw .link("The cell was compiled but cannot be linked: \(message).")
    }
  }

  private func run(
    _ child: ChildProcess, _ program: String, _ arguments: [String]
  ) throws(BuildFailure) {
    let outcome: ChildProcess.Outcome
    do throws(ToolchainError) {
      outcome = try child.run(program, arguments)
    } catch {
      throw child.isCancelled ? .cancelled : .toolchain(error)
    }
    guard outcome.status != 0 else { return }
    removeOutputs()
    if child.isCancelled { throw .cancelled }
    if outcome.output.contains(errorText(ENOSPC)) {
      throw .storage("The disk is full: free some space, then run the cell again.")
    }
    throw .compiler(output: outcome.output)
  }

  private func output(_ suffix: String) -> String { "\(folders.last ?? "")/\(module).\(suffix)" }
}

/// The system's words for an error number.
func errorText(_ error: Int32) -> String { String(cString: strerror(error)) }
