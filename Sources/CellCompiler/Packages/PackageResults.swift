import Glibc

/// What cells need of a built package, put where later builds do not touch it.
struct PackageResults {
  let build: PackageBuild
  let plan: BuildPlan
  let state: PackageState

  /// Copies the modules, links the library, and notes that all is there.
  ///
  /// - Parameter beside: The targets that are loaded already, and the libraries that hold them.
  func publish(
    in folder: String, beside: [String: [String]]
  ) throws(PackageError) -> PackageProducts {
    removeFolder(folder)
    let error = makeFolder("\(folder)/Modules")
    guard error == 0 else { throw PackageBuild.unwritable(folder, error) }
    for name in filesIn("\(plan.folder)/Modules") where name.hasSuffix(".swiftmodule") {
      let module = String(name.dropLast(12))
      guard module != PackageRequest.module, beside[module] == nil else { continue }
      try copy("\(plan.folder)/Modules/\(name)", to: "\(folder)/Modules/\(name)")
    }
    try link(in: folder, beside: beside)
    let failure = writeFile("\(folder)/complete", [])
    guard failure == 0 else { throw PackageBuild.unwritable(folder, failure) }
    return Self.products(in: folder, flags: state.flags, beside: beside)
  }

  /// What was published in a folder, if it was finished.
  static func published(
    in folder: String, flags: [String], beside: [String: [String]]
  ) -> PackageProducts? {
    guard FileStamp("\(folder)/complete") != nil else { return nil }
    return products(in: folder, flags: flags, beside: beside)
  }

  private static func products(
    in folder: String, flags: [String], beside: [String: [String]]
  ) -> PackageProducts {
    let libraries = filesIn(folder).filter { $0.hasSuffix(".so") }.map { "\(folder)/\($0)" }
    return PackageProducts(modules: ["\(folder)/Modules"], libraries: libraries, flags: flags)
  }

  private func link(in folder: String, beside: [String: [String]]) throws(PackageError) {
    let shared = try copyLibraries(to: folder)
    let objects = plan.objects.filter { object in
      BuildPlan.target(ofObject: object).map { beside[$0] == nil } ?? true
    }
    guard !objects.isEmpty else { return }
    let list = "\(build.folder)/objects"
    let lines = objects.map { "\"\($0)\"\n" }.joined()
    let error = writeFile(list, Array(lines.utf8))
    guard error == 0 else { throw PackageBuild.unwritable(list, error) }
    let others = Set(beside.values.flatMap { $0 }).sorted()
    let library = "\(folder)/lib\(build.request.name.filter { $0 != " " }).so"
    build.progress("Linking \(build.request.name)")
    // Bound to its own symbols first: a library of the same C code in this process, such as
    // SQLite's, must not take their place.
    let flags = shared.isEmpty ? [] : ["-L", folder, "-Xlinker", "-rpath", "-Xlinker", folder]
    try build.run(
      plan.linkCommand + ["-Xlinker", "-Bsymbolic", "-o", library, "@\(list)"] + others + flags)
  }

  /// Copies the shared libraries that the package itself consists of.
  private func copyLibraries(to folder: String) throws(PackageError) -> [String] {
    let own = "lib\(PackageRequest.module).so"
    let names = filesIn(plan.folder).filter { $0.hasSuffix(".so") && $0 != own }
    for name in names { try copy("\(plan.folder)/\(name)", to: "\(folder)/\(name)") }
    return names
  }

  private func copy(_ path: String, to other: String) throws(PackageError) {
    guard let bytes = readFile(path) else { throw PackageBuild.unwritable(other, errno) }
    let error = writeFile(other, bytes)
    guard error == 0 else { throw PackageBuild.unwritable(other, error) }
  }
}
