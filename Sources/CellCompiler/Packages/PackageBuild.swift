import Glibc

/// One build of a generated package that depends on what the user asks for.
struct PackageBuild {
  let request: PackageRequest
  /// The folder of the generated package.
  let folder: String
  let toolchain: Toolchain
  let process: LiveProcess
  /// Is told what is being done, in a few words.
  let progress: (String) -> Void

  var build: String { "\(folder)/.build" }

  /// Resolves, compiles, and says what was made.
  ///
  /// - Parameter pins: Versions to be used where that is possible.
  func run(pins: [PackageState.Pin]) throws(PackageError) -> (state: PackageState, plan: BuildPlan)
  {
    try prepare(pins: pins)
    let products = try products()
    try write(request.manifest(products: products.map(\.name)), to: "Package.swift")
    try swift(
      ["build", "-c", "release", "--build-system", "native", "--product", PackageRequest.module])
    guard let plan = BuildPlan(build: build) else {
      throw PackageError(
        "\(request.name) was built, but not in the way that Swift 6 builds packages: use the "
          + "toolchain that Offramp was built with.")
    }
    return (state(of: plan, products: products), plan)
  }

  private func state(of plan: BuildPlan, products: [PackageManifest.Product]) -> PackageState {
    let pins = ResolvedVersions.read("\(folder)/Package.resolved")
    let own = pins.first { $0.identity == request.name.lowercased() }?.state
    let folders = dependencies.filter { $0.packageRef.kind == "fileSystem" }
      .map(\.packageRef.location)
    var modules: [String] = []
    for target in products.flatMap(\.targets) where !modules.contains(target) {
      modules.append(target)
    }
    return PackageState(
      version: own?.version ?? own?.branch ?? own?.revision.map { String($0.prefix(10)) }
        ?? "local",
      modules: modules.map(\.asModuleName),
      targets: Dictionary(
        uniqueKeysWithValues: plan.targets.map { ($0, plan.fingerprint(ofTarget: $0)) }),
      flags: plan.clientFlags, folders: folders, stamp: PackageState.stamp(of: folders), pins: pins)
  }

  private func prepare(pins: [PackageState.Pin]) throws(PackageError) {
    let sources = "\(folder)/Sources/\(PackageRequest.module)"
    let error = makeFolder(sources)
    guard error == 0 else { throw Self.unwritable(sources, error) }
    try write("", to: "Sources/\(PackageRequest.module)/Empty.swift")
    if !pins.isEmpty, FileStamp("\(folder)/Package.resolved") == nil {
      _ = ResolvedVersions(pins: pins).write(to: "\(folder)/Package.resolved")
    }
  }

  private func write(_ text: String, to name: String) throws(PackageError) {
    let path = "\(folder)/\(name)"
    if readFile(path) == Array(text.utf8) { return }
    let error = writeFile(path, Array(text.utf8))
    guard error == 0 else { throw Self.unwritable(path, error) }
  }

  static func unwritable(_ path: String, _ error: Int32) -> PackageError {
    PackageError(
      "\(path) cannot be written (\(errorText(error))): free some space, or name another folder in "
        + "OFFRAMP_CACHE.")
  }
}

// MARK: Products

extension PackageBuild {
  private var dependencies: [WorkspaceState.Dependency] {
    WorkspaceState(build: build)?.object.dependencies ?? []
  }

  /// The library products that are wanted.
  private func products() throws(PackageError) -> [PackageManifest.Product] {
    let libraries = try manifest().products.filter(\.type.isLibrary)
    let names = libraries.map(\.name).joined(separator: ", ")
    guard !libraries.isEmpty else {
      throw PackageError(
        "\(request.name) has no library product, so there is nothing that a cell could import.")
    }
    if request.products.isEmpty { return libraries }
    var wanted: [PackageManifest.Product] = []
    for name in request.products {
      guard let product = libraries.first(where: { $0.name == name }) else {
        throw PackageError("\(request.name) has no library product \(name): it has \(names).")
      }
      wanted.append(product)
    }
    return wanted
  }

  private func manifest() throws(PackageError) -> PackageManifest {
    let location = try location()
    progress("Reading \(request.name)")
    let output = try swift(
      ["package", "--package-path", location, "--scratch-path", "\(folder)/.manifest"]
        + ["dump-package"])
    guard let manifest = PackageManifest(output: output) else {
      throw PackageError("\(location)/Package.swift says nothing that can be read.")
    }
    return manifest
  }

  /// The folder of the wanted package's sources; those of a repository are fetched.
  private func location() throws(PackageError) -> String {
    guard case .repository = request.place else {
      if case .folder(let path) = request.place { return path }
      return ""
    }
    try write(request.manifest(products: []), to: "Package.swift")
    progress("Fetching \(request.name)")
    try swift(["package", "resolve"])
    let own = dependencies.first { $0.packageRef.identity == request.name.lowercased() }
    guard let own else {
      throw PackageError(
        "\(request.name) was fetched, but its sources are not where they should be.")
    }
    return "\(build)/checkouts/\(own.subpath)"
  }
}

extension String {
  /// The module of a target.
  fileprivate var asModuleName: String {
    String(map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "_" })
  }
}
