import CellCompiler

extension CellSession {
  /// How often the compiler has been started for a cell.
  package var compilerRuns: Int { compiler.runCount }

  /// The number of earlier cells that the compiler would be shown with a cell.
  package func importedCells(by code: String) -> Int {
    compiler.importedCells(by: ParsedCell(code))
  }

  /// The process that completes and explains names, while there is one.
  package var insightProcess: Int32? { compiler.insightProcess }
}
