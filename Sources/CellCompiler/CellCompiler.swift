import Synchronization

/// Turns cells into shared objects, each knowing the names of those before.
///
/// One thread at a time compiles; ``cancel()`` may be called from any.
package final class CellCompiler: @unchecked Sendable {
  /// The folder of the library's compiled modules.
  private let modules: String
  private let cache: CellCache?
  private let cacheFolder: String?
  private let child = ChildProcess()
  private let warmingChild = ChildProcess()
  private let libraryIdentity: String
  private var moduleCache: String
  private var toolchain: Toolchain?
  private var folders: [SessionFolder] = []
  private var remainingParents: [String]
  private var usedModules: Set<String> = []
  private var hasReportedCache = false
  private var scope = CellScope()

  /// A compiler.
  ///
  /// - Parameters:
  ///   - modules: The folder of the library's compiled modules.
  ///   - executable: The program whose symbols cells use; a rebuild of it outdates the cache.
  ///   - cache: The folder of compiled cells and modules; `nil` keeps nothing.
  package init(modules: String, executable: String, cache: String?) {
    self.modules = modules
    cacheFolder = cache
    self.cache = cache.flatMap { CellCache(folder: "\($0)/cells") }
    remainingParents = SessionFolder.parents(cache: cache)
    let shared = SessionFolder.parents(cache: nil)[0]
    moduleCache = "\(self.cache == nil ? shared : cache ?? shared)/modules"
    let stamps = filesIn(modules).filter { $0.hasSuffix(".swiftmodule") }.map {
      "\($0) \(FileStamp("\(modules)/\($0)")?.text ?? "")"
    }
    libraryIdentity = stamps.joined(separator: "\n") + (FileStamp(executable)?.text ?? "")
  }

  /// Compiles a cell, or takes it from the cache.
  ///
  /// - Parameters:
  ///   - cell: The cell.
  ///   - number: Its number, for `In[number]` in messages.
  /// - Throws: ``CompileFailure``. A cell that fails leaves nothing behind.
  package func compile(_ cell: ParsedCell, number: Int) throws(CompileFailure) -> CompiledCell {
    child.reset()
    let module = freeModuleName(number)
    do throws(AttemptFailure) {
      return try attempt(cell, module: module, number: number, options: Attempt())
    } catch {
      switch error {
      case .failed(let failure): throw failure
      case .rejected(let rejection):
        return try compileAgain(cell, module: module, number: number, after: rejection)
      }
    }
  }

  /// Makes a cell's names visible to later ones, once it has run.
  ///
  /// - Parameter completed: For a cell that failed, the last item that completed, or -1; `nil` for
  ///   one that ran to its end.
  package func commit(_ cell: CompiledCell, completed: Int? = nil) {
    let all = cell.rewritten.definitions
    let set = completed.map { cell.rewritten.definitions(completed: $0) } ?? all
    let entry = CellScope.Entry(
      module: cell.module, number: cell.number, key: cell.key, live: set,
      hasUnlistedNames: cell.hasConditionalNames && completed == nil,
      hidesNames: set.count < all.count)
    scope.add(entry, imports: cell.imports)
  }

  /// Prepares for the first cell; takes up to seconds with a new toolchain, so call it on a thread
  /// of its own.
  package func warm() {
    guard let toolchain = try? Toolchain.locate() else { return }
    Self.warm(toolchain, modules: modules, moduleCache: moduleCache, child: warmingChild)
  }

  /// Stops the running compilation.
  package func cancel() { child.cancel() }

  /// The numbers of the cells that still own a visible name.
  package var liveCells: [Int] { scope.entries.map(\.number) }

  /// Forgets all cells, as their process is gone; the users' imports stay.
  package func forgetCells() { scope = scope.withoutCells }

  /// Removes what the session has written, and trims the cache.
  package func close() {
    child.cancel()
    warmingChild.cancel()
    folders.forEach { removeFolder($0.path) }
    folders = []
    cache?.trim()
  }

  private func freeModuleName(_ number: Int) -> String {
    var name = "Cell\(number)"
    var count = 1
    while usedModules.contains(name) {
      count += 1
      name = "Cell\(number)_\(count)"
    }
    return name
  }
}

// MARK: Attempts

/// How a cell is presented to the compiler.
private struct Attempt {
  /// Whether the last expression's value is shown.
  var showsResult = true
  /// Whether earlier cells are imported whole, not name by name.
  var importsWholeCells = false
}

private enum AttemptFailure: Error {
  case rejected(Rejection)
  case failed(CompileFailure)
}

/// The compiler's messages about one attempt.
private struct Rejection {
  var diagnostics: [Diagnostic]
  var output: String
  var file: String
  var shownLines: ClosedRange<Int>?
  var cell: ParsedCell

  /// Whether showing the last value may be what the compiler objects to.
  var mayConcernResult: Bool {
    guard let shownLines else { return false }
    return diagnostics.contains {
      $0.severity == .error && $0.file == file && shownLines.contains($0.line)
    }
  }

  /// Whether the compiler objects to lines that the user did not write.
  var concernsImports: Bool {
    let errors = diagnostics.filter { $0.severity == .error }
    return !errors.isEmpty && !errors.contains { $0.file == file }
  }
}

extension CellCompiler {
  /// Tries again in a form that the rejection suggests; the messages of the last try are reported.
  private func compileAgain(
    _ cell: ParsedCell, module: String, number: Int, after rejection: Rejection
  ) throws(CompileFailure) -> CompiledCell {
    var options = Attempt()
    options.importsWholeCells = rejection.concernsImports
    options.showsResult = !rejection.mayConcernResult
    guard options.importsWholeCells || !options.showsResult else {
      throw failure(for: rejection)
    }
    do throws(AttemptFailure) {
      return try attempt(cell, module: module, number: number, options: options)
    } catch {
      switch error {
      case .failed(let failure): throw failure
      case .rejected(let second): throw self.failure(for: second)
      }
    }
  }

  private func attempt(
    _ cell: ParsedCell, module: String, number: Int, options: Attempt
  ) throws(AttemptFailure) -> CompiledCell {
    let rewritten = cell.rewritten(showsResult: options.showsResult)
    let (imports, keys) = scope.imports(
      for: rewritten.definitions, wholeCells: options.importsWholeCells)
    var compilation = Compilation(
      module: module, number: number, imports: imports, cell: cell, rewritten: rewritten)
    do throws(BuildFailure) {
      let toolchain = try readyToolchain()
      let key = sha256(
        ([toolchain.identity, libraryIdentity, module] + keys + [compilation.text]
          + compilation.flags).joined(separator: "\u{0}").utf8)
      let isCached = try build(&compilation, key: key, with: toolchain)
      usedModules.insert(module)
      return CompiledCell(
        module: module, number: number, library: compilation.library, entry: compilation.entry,
        rewritten: rewritten, isCached: isCached, notice: compilation.notice, key: key,
        imports: cell.imports, hasConditionalNames: cell.hasConditionalNames)
    } catch {
      throw error.asAttemptFailure(of: compilation)
    }
  }

  private func readyToolchain() throws(BuildFailure) -> Toolchain {
    if let toolchain { return toolchain }
    do throws(ToolchainError) {
      let found = try Toolchain.locate()
      toolchain = found
      return found
    } catch { throw .toolchain(error) }
  }

  private func failure(for rejection: Rejection) -> CompileFailure {
    let file = rejection.file
    let shown = rejection.diagnostics.filter {
      $0.severity == .error || ($0.severity == .note && $0.file.hasPrefix("In["))
    }
    guard let first = shown.first(where: { $0.severity == .error }) else {
      return .unable(
        "The Swift compiler failed on this cell without a message about it: "
          + (rejection.output.split(separator: "\n").first.map(String.init) ?? "no output") + ".")
    }
    let source = rejection.cell.source.split(separator: "\n", omittingEmptySubsequences: false)
    let place = first.file == file ? " (\(file):\(first.line):\(first.column))" : ""
    return .rejected(
      message: first.message + place,
      lines: shown.flatMap { $0.rendered(source: source, file: file) })
  }
}

extension BuildFailure {
  fileprivate func asAttemptFailure(of compilation: Compilation) -> AttemptFailure {
    switch self {
    case .cancelled: .failed(.cancelled)
    case .toolchain(let error): .failed(.unable(error.description))
    case .storage(let sentence), .link(let sentence): .failed(.unable(sentence))
    case .compiler(let output):
      .rejected(
        Rejection(
          diagnostics: Diagnostic.parse(output).map {
            $0.translated(by: compilation.rewritten.edits, file: compilation.file)
          },
          output: output, file: compilation.file, shownLines: compilation.rewritten.shownLines,
          cell: compilation.cell))
    }
  }
}

// MARK: Building

extension CellCompiler {
  /// Compiles and links, or links from the cache.
  ///
  /// - Returns: Whether the cell came from the cache.
  private func build(
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
    do throws(BuildFailure) {
      try compilation.run(
        toolchain, modules: modules, moduleCache: moduleCache, child: child)
    } catch {
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

extension CellScope {
  /// The imports alone.
  fileprivate var withoutCells: CellScope {
    var scope = CellScope()
    scope.keepImports(userImports)
    return scope
  }
}
