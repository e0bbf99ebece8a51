import CellCompiler
import Display

extension Command {
  static let package = Command(
    name: "package", arguments: "FOLDER | URL from: VERSION",
    summary: "brings in a Swift package, for this cell's imports and all later ones",
    detail: """
      A package of your own, by its folder, or one of a repository, with a version:
        %package ../Shapes
        %package "https://github.com/apple/swift-algorithms" from: "1.2.0"
        import Algorithms
      Instead of from: there may be exact:, branch: or revision:, and the line of a Package.swift \
      can be taken as it is: .package(url: "…", from: "…"). product: A, B brings in these library \
      products alone. A package is built once, with optimisation, and kept in the cache. Alone, \
      %package lists those of this session.
      """
  ) { run, arguments in
    if arguments.isEmpty { return run.listPackages() }
    try run.bringPackage(arguments)
  }
}

extension CommandRun {
  private var packages: PackageStore {
    let store = session.commandState.packages ?? PackageStore(session.compiler)
    session.commandState.packages = store
    return store
  }

  fileprivate func listPackages() {
    let all = packages.all
    if all.isEmpty { return say("No package has been brought in.") }
    show(
      InfoTable(
        header: ["package", "version", "import"],
        rows: all.map { [$0.name, $0.version, $0.modules.joined(separator: ", ")] }, code: [2]
      ).bundle)
  }

  fileprivate func bringPackage(_ arguments: String) throws {
    let process = LiveProcess()
    let start = ContinuousClock.now
    let id = "offramp-package-\(UInt32.random(in: 0 ... .max))"
    var isShown = false
    func tell(_ text: String) {
      let bundle = MIMEBundle(plain: text)
      onEvent(isShown ? .update(bundle, id: id) : .display(bundle, id: id))
      isShown = true
    }
    do {
      let request = try PackageRequest(parsing: arguments, in: folder)
      let package = try session.interruptible(by: { process.cancel() }) {
        try packages.bring(request, with: process) { tell("\(request.name): \($0)") }
      }
      try load(package)
      let modules = package.modules.map { "import \($0)" }.joined(separator: ", ")
      let time = package.isCached ? "" : ", built in \(durationText(.now - start))"
      tell("\(package.name) \(package.version)\(time): \(modules)")
    } catch let error as PackageError {
      if error.isInterruption { throw CellFailure.interrupted }
      throw CommandFailure(error.message, lines: error.lines, name: "PackageError")
    }
  }

  /// Loads a package's library into the cells' process, by a cell that is linked with it.
  private func load(_ package: BroughtPackage) throws {
    guard package.hasLibrary, !package.isRepeated else { return }
    do { _ = try evaluate("()") } catch {
      packages.remove(package)
      throw error
    }
  }
}
