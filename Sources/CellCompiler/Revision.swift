import Glibc

/// Earlier cells' modules without the conformances, extension members and operators that a later
/// cell states anew.
///
/// Names of such things cannot be told apart by imports, and a module is read along with every
/// module that used it. So where the old and the new are in each other's way, the compiler is shown
/// the old modules without the old; what runs is not touched.
struct Revision: Sendable {
  /// The folder of the modules, to be searched before all others.
  let folder: String
  /// What the modules were compiled from.
  let texts: [String]
}

extension CellCompiler {
  /// Compiles the modules that are in the way of `definitions`; `nil` if there are none.
  func revision(for definitions: [Definition]) throws(BuildFailure) -> Revision? {
    guard let parent = folders.last?.path, let toolchain else { return nil }
    let outdated = history.indices.compactMap { k -> (Compilation, SourceEdits)? in
      let newer = history[(k + 1)...].flatMap(\.rewritten.definitions) + definitions
      let edits = history[k].cell.withoutNameless(supersededBy: newer)
      return edits.map { (history[k], $0) }
    }
    let folder = "\(parent)/revision\(revisions.count)-\(usedModules.count)"
    guard !outdated.isEmpty, mkdir(folder, 0o700) == 0 || errno == EEXIST else { return nil }
    var texts: [String] = []
    for (compilation, edits) in outdated {
      var older = compilation
      older.rewritten.edits = edits
      guard !revisions.contains(where: { $0.texts.contains(older.text) }) else { continue }
      older.revisions = [folder] + revisions.reversed().map(\.folder)
      older.folders = folders.map(\.path)
      let key = revisionKey(older, after: texts, toolchain)
      let module = [(suffix: ".swiftmodule", path: "\(folder)/\(older.module).swiftmodule")]
      if cache?.retrieve(key, module) != true {
        runCount += 1
        let isCompiled = try older.emitModule(
          in: folder, toolchain, modules: modules, moduleCache: moduleCache, child: child)
        guard isCompiled else { continue }
        _ = cache?.store(key, module)
      }
      texts.append(older.text)
    }
    guard !texts.isEmpty else { return nil }
    return Revision(folder: folder, texts: texts)
  }

  /// The hash of everything that a revised module is compiled from.
  private func revisionKey(
    _ compilation: Compilation, after texts: [String], _ toolchain: Toolchain
  ) -> String {
    let earlier = history.prefix { $0.module != compilation.module }.map(\.text)
    let parts =
      ["revision", toolchain.identity, libraryIdentity] + packages.map(\.identity) + earlier
      + revisions.flatMap(\.texts) + texts + [compilation.text] + compilation.flags
    return sha256(parts.joined(separator: "\u{0}").utf8)
  }
}

extension Compilation {
  /// Compiles the module's declarations alone.
  ///
  /// - Returns: Whether that was possible.
  fileprivate func emitModule(
    in folder: String, _ toolchain: Toolchain, modules: String, moduleCache: String,
    child: ChildProcess
  ) throws(BuildFailure) -> Bool {
    let source = "\(folder)/\(module).swift"
    guard writeFile(source, Array(text.utf8)) == 0 else { return false }
    defer { unlink(source) }
    let search = searchFlags(modules: modules)
    let place = ["-emit-module", source, "-o", "\(folder)/\(module).swiftmodule"]
    do throws(ToolchainError) {
      let outcome = try child.run(
        toolchain.frontend,
        ["-frontend", "-experimental-skip-all-function-bodies"] + place + flags + search
          + toolchain.flags(moduleCache: moduleCache))
      return outcome.status == 0
    } catch {
      throw child.isCancelled ? .cancelled : .toolchain(error)
    }
  }
}

extension ParsedCell {
  /// The cell without the nameless definitions that newer ones replace; `nil` if there are none.
  fileprivate func withoutNameless(supersededBy newer: [Definition]) -> SourceEdits? {
    let byName = Dictionary(grouping: newer, by: \.name)
    let nameless = definitions.filter { $0.kind == .nameless }
    let old = nameless.filter { definition in
      byName[definition.name]?.contains { $0.supersedes(definition) } ?? false
    }
    guard !old.isEmpty else { return nil }
    var edits = rewritten().edits
    for (item, removed) in Dictionary(grouping: old, by: \.item) {
      let all = nameless.filter { $0.item == item }
      if removed.count == all.count {
        edits.blank(items[item].start..<items[item].end)
      } else {
        // Conformances share one clause, which goes when all of them do.
        let keptPlaces = Set(all.filter { !removed.contains($0) }.map(\.place))
        for place in Set(removed.map(\.place)).subtracting(keptPlaces) { edits.blank(place) }
      }
    }
    return edits
  }
}
