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
    /// The modules that its compilation has seen.
    var dependencies: Set<String> = []
    /// Whether names of the module must stay invisible because the cell failed before setting them.
    var hidesNames: Bool
  }

  private(set) var entries: [Entry] = []
  /// All modules as they were when they were added, those without visible names included.
  private var modules: [String: Entry] = [:]
  /// The users' `import` lines, each once, in order.
  private(set) var userImports: [String] = []

  package init() {}

  /// Adds what a cell has left; what it redefines is no longer live in earlier ones.
  mutating func add(_ entry: Entry, imports: [String]) {
    entries = entries(remainingBeside: entry.live)
    modules[entry.module] = entry
    if !entry.live.isEmpty || entry.hasUnlistedNames { entries.append(entry) }
    userImports += imports.filter { !userImports.contains($0) }
  }

  /// What a cell imports.
  struct Imports {
    /// The `import` lines.
    var lines: [String]
    /// The hashes of the modules.
    var keys: [String]
    /// The modules.
    var modules: Set<String>
  }

  /// The imports for a cell that defines `definitions` and mentions `words`.
  ///
  /// A cell sees the modules of the names that it mentions, those of everything that has no name by
  /// which it could be mentioned, and those that these were compiled with; so its compilation takes
  /// no longer for all the other cells, and stays cached when they change.
  ///
  /// - Parameter words: The words of the cell; `nil` imports every visible name.
  func imports(
    for definitions: [Definition], words: Set<String>?, wholeCells: Bool = false
  ) -> Imports {
    let entries = entries(remainingBeside: definitions)
    let direct = entries.filter { $0.isWanted(by: words) || wholeCells }
    var needed = Set(direct.map(\.module))
    for entry in direct { needed.formUnion(modules[entry.module]?.dependencies ?? []) }
    let hidden = needed.subtracting(direct.map(\.module)).sorted(by: Self.precedes)
    let access = hidden.compactMap { accessLine(for: $0, among: entries) }
    let lines = direct.flatMap {
      wholeCells ? ["@testable import \($0.module)"] : $0.importLines(for: words)
    }
    let keys = needed.sorted(by: Self.precedes).map { modules[$0]?.key ?? $0 }
    return Imports(lines: userImports + access + lines, keys: keys, modules: needed)
  }

  /// Whether definitions take the place of an earlier extension or conformance.
  ///
  /// Modules that were compiled with the earlier one still hold it, so all must be in sight for the
  /// compiler to notice that there are two.
  func replacesNameless(_ definitions: [Definition]) -> Bool {
    definitions.contains { new in
      new.kind == .nameless
        && modules.values.contains { entry in
          entry.live.contains { $0.name == new.name && new.supersedes($0) }
        }
    }
  }

  /// An import that lets a cell use members of a module's types, though none of its names.
  private func accessLine(for module: String, among entries: [Entry]) -> String? {
    let current = entries.first { $0.module == module }
    let nameless = modules[module]?.live.filter { $0.kind == .nameless } ?? []
    let isOutdated = !nameless.allSatisfy { current?.live.contains($0) ?? false }
    let hidesNames = modules[module]?.hidesNames ?? false
    guard isOutdated || hidesNames else { return "@testable import \(module)" }
    return current?.importLines(for: nil).first { $0.split(separator: " ").count == 4 }
  }

  /// The order in which modules came to be, which is that of their numbers.
  private static func precedes(_ a: String, _ b: String) -> Bool {
    (a.utf8.count, a) < (b.utf8.count, b)
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
  /// Whether a cell of these words needs the module; `nil` stands for every word.
  func isWanted(by words: Set<String>?) -> Bool {
    guard let words else { return true }
    return hasUnlistedNames || live.contains { $0.kind == .nameless || words.contains($0.name) }
  }

  /// An import of each live name among the words, which wins over equal names of imported
  /// libraries, and of the whole module for what has no name.
  func importLines(for words: Set<String>?) -> [String] {
    var seen: Set<String> = []
    let scoped = live.filter {
      $0.kind != .nameless && words?.contains($0.name) ?? true && seen.insert($0.name).inserted
    }.map { "@testable import \($0.kind.rawValue) \(module).\($0.name)" }
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
