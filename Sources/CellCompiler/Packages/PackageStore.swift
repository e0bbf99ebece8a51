import Glibc

/// A package that cells can use.
package struct BroughtPackage: Sendable {
  /// Its name.
  package var name: String
  /// Its version, its branch, or “local”.
  package var version: String
  /// The modules to import.
  package var modules: [String]
  /// Whether nothing had to be built.
  package var isCached: Bool
  /// Whether this session had it before.
  package var isRepeated = false
  /// Whether there is a library that must be loaded before the modules' code can run.
  package var hasLibrary: Bool
}

/// The packages of one session.
///
/// Each is built in a folder of the cache that is named by the request and the toolchain. What cells
/// use is copied from there under a name of its own, and so outlives later builds.
package final class PackageStore {
  private struct Member {
    var request: PackageRequest
    var state: PackageState
    var products: PackageProducts
  }

  private let compiler: CellCompiler
  private var members: [Member] = []
  private var holds: [String: Int32] = [:]

  package init(_ compiler: CellCompiler) { self.compiler = compiler }

  deinit { for descriptor in holds.values { close(descriptor) } }

  /// The packages that were brought in, in order.
  package var all: [BroughtPackage] { members.map { description(of: $0, isCached: true) } }

  /// The folder of all packages.
  package static func folder(cache: String?) -> String {
    "\(cache ?? SessionFolder.parents(cache: nil)[0])/packages"
  }

  /// Forgets all packages, as the process that had loaded them is gone on purpose.
  package func removeAll() {
    for member in members { compiler.packages.removeAll { $0 == member.products } }
    members = []
  }

  /// Builds a package, or finds it built, and lets later cells import its modules.
  ///
  /// - Parameters:
  ///   - process: What can be cancelled.
  ///   - progress: Is told what is being done.
  package func bring(
    _ request: PackageRequest, with process: LiveProcess, progress: @escaping (String) -> Void
  ) throws(PackageError) -> BroughtPackage {
    let toolchain: Toolchain
    do throws(BuildFailure) { toolchain = try compiler.readyToolchain() } catch {
      throw PackageError("No Swift toolchain was found, so no package can be built.")
    }
    let pins = pins(beside: request)
    let folder = folder(of: request, pins: pins, toolchain: toolchain)
    let error = makeFolder(folder)
    guard error == 0 else { throw PackageBuild.unwritable(folder, error) }
    let lock = try Lock(folder: folder, process: process, progress: progress)
    defer { lock.release() }
    hold(folder)
    let build = PackageBuild(
      request: request, folder: folder, toolchain: toolchain, process: process, progress: progress)
    let found = PackageState(readingFrom: "\(folder)/state.json").flatMap { state in
      state.isCurrent ? finished(state, request, in: folder).map { (state, $0) } : nil
    }
    if let (state, products) = found {
      return try add(Member(request: request, state: state, products: products), isCached: true)
    }
    let (state, plan) = try build.run(pins: pins)
    try check(state, request)
    let products = try PackageResults(build: build, plan: plan, state: state)
      .publish(in: resultFolder(state, request, in: folder), beside: overlap(state, request))
    let failure = state.write(to: "\(folder)/state.json")
    guard failure == 0 else { throw PackageBuild.unwritable(folder, failure) }
    return try add(Member(request: request, state: state, products: products), isCached: false)
  }

  /// Takes a package back that could not be loaded.
  package func remove(_ package: BroughtPackage) {
    guard let last = members.last, last.request.name == package.name else { return }
    members.removeLast()
    compiler.packages.removeAll { $0 == last.products }
  }
}

// MARK: Members

extension PackageStore {
  /// The versions that other packages of this session are built from, each repository once.
  private func pins(beside request: PackageRequest) -> [PackageState.Pin] {
    var seen: Set<String> = []
    return members.filter { $0.request != request }.flatMap(\.state.pins).filter {
      seen.insert($0.identity).inserted
    }
  }

  private func add(_ member: Member, isCached: Bool) throws(PackageError) -> BroughtPackage {
    try check(member.state, member.request)
    var result = description(of: member, isCached: isCached)
    if let known = members.firstIndex(where: { $0.request == member.request }) {
      guard members[known].products.modules == member.products.modules else {
        throw Self.changed(member.request)
      }
      result.isRepeated = true
      return result
    }
    var member = member
    let known = Set(compiler.packages.flatMap { ModuleMaps.modules(in: $0.flags) })
    member.products.flags = ModuleMaps.flags(member.products.flags, without: known)
    members.append(member)
    compiler.add(member.products)
    return result
  }

  private func description(of member: Member, isCached: Bool) -> BroughtPackage {
    BroughtPackage(
      name: member.request.name, version: member.state.version, modules: member.state.modules,
      isCached: isCached, hasLibrary: !member.products.libraries.isEmpty)
  }

  private static func changed(_ request: PackageRequest) -> PackageError {
    PackageError(
      "\(request.name) has changed since this session loaded it, and a process cannot hold two "
        + "versions of one module: run %reset, then this cell again.")
  }

  /// The targets that other packages of this session have brought already, with their libraries.
  private func overlap(_ state: PackageState, _ request: PackageRequest) -> [String: [String]] {
    var result: [String: [String]] = [:]
    for member in members where member.request != request {
      for name in member.state.targets.keys where state.targets[name] != nil {
        result[name] = result[name] ?? member.products.libraries
      }
    }
    return result
  }

  /// Refuses what cannot live beside what is there.
  private func check(_ state: PackageState, _ request: PackageRequest) throws(PackageError) {
    let own = Set(
      filesIn(compiler.modules).filter { $0.hasSuffix(".swiftmodule") }.map {
        String($0.dropLast(12))
      })
    for name in state.targets.keys.sorted() where own.contains(name) && !Self.isHidden(name) {
      throw PackageError(
        "\(request.name) has a module \(name), and so has Offramp: cells could not tell them apart."
      )
    }
    for member in members where member.request != request {
      for (name, fingerprint) in state.targets.sorted(by: { $0.key < $1.key }) {
        guard let other = member.state.targets[name], other != fingerprint else { continue }
        throw PackageError(
          "\(request.name) needs a version of the module \(name) other than that of "
            + "\(member.request.name), which this session has loaded: ask for versions that go "
            + "together, then run %reset and both cells.")
      }
    }
  }

  /// Whether a module is one that the executable keeps to itself.
  private static func isHidden(_ module: String) -> Bool {
    module.hasPrefix("Swift") || module.hasPrefix("_Swift") || module.hasPrefix("ArgumentParser")
  }
}

// MARK: Folders

extension PackageStore {
  private func folder(
    of request: PackageRequest, pins: [PackageState.Pin], toolchain: Toolchain
  ) -> String {
    let versions = pins.map { "\($0.identity) \($0.state.revision ?? "")" }
    let text = ([toolchain.identity, request.dependency] + request.products + versions)
      .joined(separator: "\u{0}")
    let root = Self.folder(cache: compiler.cacheFolder)
    return "\(root)/\(request.name)-\(sha256(text.utf8).prefix(12))"
  }

  /// The folder of the results that go with a state, beside what the session has already.
  private func resultFolder(
    _ state: PackageState, _ request: PackageRequest, in folder: String
  ) -> String {
    let beside = overlap(state, request).sorted { $0.key < $1.key }.flatMap { [$0.key] + $0.value }
    let targets = state.targets.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
    let text = ([state.stamp] + beside + targets).joined(separator: "\u{0}")
    return "\(folder)/results-\(sha256(text.utf8).prefix(12))"
  }

  /// What was published for a state, if all of it is there.
  private func finished(
    _ state: PackageState, _ request: PackageRequest, in folder: String
  ) -> PackageProducts? {
    PackageResults.published(
      in: resultFolder(state, request, in: folder), flags: state.flags,
      beside: overlap(state, request))
  }

  /// Keeps others from removing a folder while this session uses it.
  private func hold(_ folder: String) {
    guard holds[folder] == nil else { return }
    let descriptor = open("\(folder)/in-use", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    _ = flock(descriptor, LOCK_SH)
    holds[folder] = descriptor
  }
}

/// The right to build in a folder, which one process has at a time.
private struct Lock {
  private let descriptor: Int32

  init(
    folder: String, process: LiveProcess, progress: (String) -> Void
  ) throws(PackageError) {
    descriptor = open("\(folder)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw PackageBuild.unwritable("\(folder)/lock", errno) }
    var hasWaited = false
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      if process.isCancelled {
        close(descriptor)
        throw .interruption
      }
      if !hasWaited { progress("Another notebook builds this package: waiting for it") }
      hasWaited = true
      usleep(100_000)
    }
  }

  func release() { close(descriptor) }
}
