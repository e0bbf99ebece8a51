import Synchronization

/// Turns cells into shared objects, each knowing the names of those before.
///
/// One thread at a time compiles; ``cancel()`` may be called from any.
package final class CellCompiler: @unchecked Sendable {
  /// The folder of the library's compiled modules.
  let modules: String
  let cache: CellCache?
  let cacheFolder: String?
  let child = ChildProcess()
  private let warmingChild = ChildProcess()
  let libraryIdentity: String
  var moduleCache: String
  var toolchain: Toolchain?
  var folders: [SessionFolder] = []
  var remainingParents: [String]
  var usedModules: Set<String> = []
  var hasReportedCache = false
  var scope = CellScope()
  /// The cells whose names are visible or were, in order.
  var history: [Compilation] = []
  var revisions: [Revision] = []
  var missing = MissingNames()
  /// How often the compiler has been started for a cell.
  package internal(set) var runCount = 0
  var packages: [PackageProducts] = []
  /// What completion and inspection know.
  let insightScope = Mutex(InsightScope())
  let insightToolchain = LazyToolchain()
  let helper: InsightHelper

  /// A compiler.
  ///
  /// - Parameters:
  ///   - modules: The folder of the library's compiled modules.
  ///   - executable: The program whose symbols cells use; a rebuild of it outdates the cache.
  ///   - cache: The folder of compiled cells and modules; `nil` keeps nothing.
  package init(modules: String, executable: String, cache: String?) {
    self.modules = modules
    helper = InsightHelper(executable: executable)
    cacheFolder = cache
    self.cache = cache.flatMap { CellCache(folder: "\($0)/cells") }
    remainingParents = SessionFolder.parents(cache: cache)
    let shared = SessionFolder.parents(cache: nil)[0]
    moduleCache = "\(self.cache == nil ? shared : cache ?? shared)/modules"
    let stamps = filesIn(modules).filter { $0.hasSuffix(".swiftmodule") }.map {
      "\($0) \(FileStamp("\(modules)/\($0)")?.text ?? "")"
    }
    libraryIdentity = stamps.joined(separator: "\n") + (FileStamp(executable)?.text ?? "")
    publishScope()
  }

  /// Compiles a cell, or takes it from the cache.
  ///
  /// - Parameters:
  ///   - cell: The cell.
  ///   - number: Its number, for `In[number]` in messages.
  ///   - options: How it is compiled.
  /// - Throws: ``CompileFailure``. A cell that fails leaves nothing behind.
  package func compile(
    _ cell: ParsedCell, number: Int, options: CellOptions = CellOptions()
  ) throws(CompileFailure) -> CompiledCell {
    child.reset()
    if let tooDeep = cell.tooDeep {
      throw .rejected(
        message: "This is nested too deeply to be read (In[\(number)]:\(tooDeep.line)).",
        lines: cell.depthAdvice(number: number))
    }
    let module = freeModuleName(number)
    let first = Attempt(options: options)
    do throws(AttemptFailure) {
      return try attempt(cell, module: module, number: number, as: first)
    } catch {
      switch error {
      case .failed(let failure): throw failure
      case .rejected(let rejection):
        return try compileAgain(
          cell, module: module, number: number, after: rejection, of: first)
      }
    }
  }

  /// Lets every later cell import a package's modules and use its libraries.
  package func add(_ package: PackageProducts) {
    guard !packages.contains(package) else { return }
    packages.append(package)
    publishScope()
  }

  /// Makes a cell's names visible to later ones, once it has run.
  ///
  /// - Parameter completed: For a cell that failed, the last item that completed, or -1; `nil` for
  ///   one that ran to its end.
  package func commit(_ cell: CompiledCell, completed: Int? = nil) {
    let all = cell.rewritten.definitions
    let set = completed.map { remaining(of: cell, completed: $0) } ?? all
    let entry = CellScope.Entry(
      module: cell.module, number: cell.number, key: cell.key, live: set,
      hasUnlistedNames: cell.hasConditionalNames && completed == nil,
      dependencies: cell.dependencies,
      hidesNames: set.count < all.count)
    scope.add(entry, imports: cell.imports)
    let names = Set(set.map(\.name))
    missing.note(unset: Set(all.map(\.name)).subtracting(names), set: names, cell: cell.number)
    var compilation = cell.compilation
    compilation.rewritten.definitions = set
    history.append(compilation)
    if let revision = cell.revision { revisions.append(revision) }
    publishScope()
  }

  private func remaining(of cell: CompiledCell, completed: Int) -> [Definition] {
    let set = cell.rewritten.definitions(completed: completed)
    let unset = Set(cell.rewritten.definitions.map(\.name)).subtracting(set.map(\.name))
    return cell.compilation.cell.usable(set, unset: unset)
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
  package func forgetCells() {
    for entry in scope.entries { missing.note(lost: entry) }
    scope = scope.withoutCells
    history = []
    revisions = []
    publishScope()
  }

  /// Removes what the session has written, and trims the cache.
  package func close() {
    child.cancel()
    warmingChild.cancel()
    helper.close()
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
