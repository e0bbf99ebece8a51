/// What the cells run so far have left for the next one: names, imports, and where they live.
package struct CellScope: Sendable {
  /// One cell that ran.
  struct Entry: Sendable {
    /// The cell's module.
    var module: String
    /// The cell's number.
    var number: Int
    /// The hash of everything the module was compiled from.
    var key: String
    /// The definitions that no later cell has replaced.
    var live: [Definition]
    /// Whether the module holds names that are not listed, and is imported whole for them.
    var hasUnlistedNames: Bool
    /// Whether names of the module must stay invisible because the cell failed before setting them.
    var hidesNames: Bool
  }

  private(set) var entries: [Entry] = []
  /// The users' `import` lines, each once, in order.
  private(set) var userImports: [String] = []

  package init() {}

  /// Adds what a cell has left; what it redefines is no longer live in earlier ones.
  mutating func add(_ entry: Entry, imports: [String]) {
    entries = entries(remainingBeside: entry.live)
    if !entry.live.isEmpty || entry.hasUnlistedNames { entries.append(entry) }
    userImports += imports.filter { !userImports.contains($0) }
  }

  /// The `import` lines for a cell that defines `definitions`, and the hashes of what they import.
  func imports(
    for definitions: [Definition], wholeCells: Bool
  ) -> (lines: [String], keys: [String]) {
    let entries = entries(remainingBeside: definitions)
    let lines = entries.flatMap { wholeCells ? ["@testable import \($0.module)"] : $0.importLines }
    return (userImports + lines, entries.map(\.key))
  }

  /// Adds imports that no cell of this scope has made.
  mutating func keepImports(_ imports: [String]) { userImports += imports }

  private func entries(remainingBeside definitions: [Definition]) -> [Entry] {
    let newer = Dictionary(grouping: definitions, by: \.name)
    return entries.compactMap { entry in
      var entry = entry
      entry.live.removeAll { earlier in
        newer[earlier.name]?.contains { $0.supersedes(earlier) } ?? false
      }
      return entry.live.isEmpty && !entry.hasUnlistedNames ? nil : entry
    }
  }
}

extension CellScope.Entry {
  /// An import of each live name, which wins over equal names of imported libraries, and of the
  /// whole module for what has no name.
  var importLines: [String] {
    var seen: Set<String> = []
    let scoped = live.filter { $0.kind != .nameless && seen.insert($0.name).inserted }
      .map { "@testable import \($0.kind.rawValue) \(module).\($0.name)" }
    let isWhole = hasUnlistedNames || live.contains { $0.kind == .nameless }
    return (isWhole && !hidesNames ? ["@testable import \(module)"] : []) + scoped
  }
}

extension CellScope {
  /// The imports alone.
  var withoutCells: CellScope {
    var scope = CellScope()
    scope.keepImports(userImports)
    return scope
  }
}
