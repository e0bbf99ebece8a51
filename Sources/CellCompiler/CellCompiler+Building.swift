extension CellCompiler {
  /// Compiles and links, or links from the cache.
  ///
  /// - Returns: Whether the cell came from the cache.
  func build(
    _ compilation: inout Compilation, key: String, with toolchain: Toolchain
  ) throws(BuildFailure) -> Bool {
    if folders.isEmpty { try addFolder() }
    compilation.folders = folders.map(\.path)
    compilation.removeOutputs()
    if let cache,
      cache.retrieve(key, library: compilation.library, module: compilation.moduleFile)
    {
      return true
    }
    if let output = cache?.rejection(key) { throw .compiler(output: output) }
    do throws(BuildFailure) {
      runCount += 1
      try compilation.run(
        toolchain, modules: modules, moduleCache: moduleCache, child: child)
    } catch {
      if case .compiler(let output) = error, output.isLastingRejection {
        cache?.storeRejection(key, output)
      }
      guard case .storage = error, !remainingParents.isEmpty else { throw error }
      try addFolder()
      compilation.folders = folders.map(\.path)
      moduleCache = "\(SessionFolder.parents(cache: nil).last ?? "")/modules"
      try compilation.run(toolchain, modules: modules, moduleCache: moduleCache, child: child)
    }
    compilation.notice = keep(compilation, key: key)
    return false
  }

  private func addFolder() throws(BuildFailure) {
    while !remainingParents.isEmpty {
      if let folder = SessionFolder(in: remainingParents.removeFirst()) {
        folders.append(folder)
        return
      }
    }
    throw .storage(
      "Compiled cells cannot be written anywhere: free some space in the cache folder or in the "
        + "folder that TMPDIR names, then run the cell again.")
  }

  /// Keeps a compiled cell for the next session.
  ///
  /// - Returns: A sentence, the first time that this is not possible.
  private func keep(_ compilation: Compilation, key: String) -> String? {
    guard !hasReportedCache, let cacheFolder else { return nil }
    let error = cache?.store(
      key, library: compilation.library, module: compilation.moduleFile)
    guard error != 0 else { return nil }
    hasReportedCache = true
    let reason = error.map { " (\(errorText($0)))" } ?? ""
    return "Compiled cells cannot be kept in \(cacheFolder)\(reason): cells run, but are compiled "
      + "anew in each session."
  }
}

extension String {
  /// Whether the compiler, given the same text again, would say the same: it has neither failed
  /// itself nor missed a module that may be there the next time.
  fileprivate var isLastingRejection: Bool {
    let passing = [
      "Stack dump", "submit a bug report", "no such module", "missing required module",
    ]
    return utf8.count < 1 << 18 && contains(": error: ") && !passing.contains { contains($0) }
  }
}
