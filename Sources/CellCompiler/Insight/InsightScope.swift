import Synchronization

/// What completion and inspection know of the notebook: a copy that any thread may read while cells
/// are compiled.
struct InsightScope: Sendable {
  /// The lines before a cell's text.
  var imports: [String] = []
  /// Where modules are found.
  var searchFlags: [String] = []
  var moduleCache = ""
  /// The sources of the cells by their modules.
  var sources: [String: CellSource] = [:]
  /// The names that cells have left, with the number of the cell.
  var names: [String: Int] = [:]

  /// One cell's text.
  struct CellSource: Sendable {
    var number: Int
    var text: String
  }

  /// The compiler's arguments for a text that stands where the next cell would.
  func arguments(_ toolchain: Toolchain) -> [String] {
    ["-target", "\(Toolchain.architecture)-unknown-linux-gnu", "-swift-version", "5"]
      + ["-enable-bare-slash-regex", "-module-name", "NextCell", "-resource-dir"]
      + [toolchain.resources, "-module-cache-path", moduleCache, "-plugin-path", toolchain.plugins]
      + searchFlags
  }

  /// What stands before a cell's text.
  var prologue: String {
    (["import Display"] + imports).map { "\($0)\n" }.joined()
  }
}

extension CellCompiler {
  /// Makes what completion and inspection know up to date.
  func publishScope() {
    var known = InsightScope()
    known.imports = scope.imports(for: [], words: nil).lines
    known.searchFlags =
      (revisions.reversed().map(\.folder) + folders.map(\.path) + moduleFolders(modules)).flatMap {
        ["-I", $0]
      } + packages.flatMap(\.searchFlags)
    known.moduleCache = moduleCache
    for cell in history {
      known.sources[cell.module] = InsightScope.CellSource(
        number: cell.number, text: cell.cell.source)
    }
    for entry in scope.entries {
      for definition in entry.live where definition.kind != .nameless {
        known.names[definition.name] = entry.number
      }
    }
    insightScope.withLock { $0 = known }
  }
}
