import SwiftSyntax

/// A name that later cells can use.
package struct LiveName: Hashable, Sendable {
  /// The name.
  package var name: String
  /// What it is.
  package var kind: Definition.Kind
  /// The number of the cell that defines it.
  package var cell: Int
  /// Whether each use computes it anew.
  package var isComputed: Bool
}

extension CellCompiler {
  /// The names that cells have left, in the order of the cells.
  package var liveNames: [LiveName] {
    var seen: Set<String> = []
    return scope.entries.flatMap { entry in
      let cell = history.last { $0.module == entry.module }?.cell
      return entry.live.filter { $0.kind != .nameless && seen.insert($0.name).inserted }.map {
        LiveName(
          name: $0.name, kind: $0.kind, cell: entry.number,
          isComputed: cell?.computes($0) ?? false)
      }
    }
  }

  /// Forgets the users' imports too, once the cells are forgotten.
  package func forgetImports() { scope = CellScope() }

  /// The words of the compiler's run on a cell, as a shell would take them.
  package func commandLine(of cell: CompiledCell) -> String {
    guard let toolchain else { return "" }
    let compilation = cell.compilation
    let words =
      [toolchain.frontend, "-frontend", "-c", "\(compilation.module).swift"] + compilation.flags
      + compilation.searchFlags(modules: modules) + toolchain.flags(moduleCache: moduleCache)
    return words.joined(separator: " ")
  }
}

extension ParsedCell {
  /// Whether a definition is a variable with a getter.
  fileprivate func computes(_ definition: Definition) -> Bool {
    guard definition.kind == .variable, items.indices.contains(definition.item),
      let variable = items[definition.item].item.as(VariableDeclSyntax.self)
    else { return false }
    return variable.bindings.contains { binding in
      guard let block = binding.accessorBlock else { return false }
      switch block.accessors {
      case .getter: return true
      case .accessors(let list):
        return list.contains { $0.accessorSpecifier.tokenKind == .keyword(.get) }
      }
    }
  }
}
