import Synchronization

/// How a cell is presented to the compiler.
struct Attempt {
  /// What the user asked for.
  var options = CellOptions()
  /// Whether the last expression's value is shown.
  var showsResult = true
  /// Whether earlier cells are imported whole, not name by name.
  var importsWholeCells = false
  /// Whether all names of earlier cells are imported, not only those that the cell mentions.
  var importsAllNames = false
  /// Modules shown to the compiler in the place of those of earlier cells.
  var revision: Revision?
}

enum AttemptFailure: Error {
  case rejected(Rejection)
  case failed(CompileFailure)
}

/// The compiler's messages about one attempt.
struct Rejection {
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

  /// Whether something that imports cannot tell apart exists twice.
  var concernsRedefinition: Bool {
    diagnostics.contains {
      $0.message.hasPrefix("redundant conformance of") || $0.message.hasPrefix("ambiguous use of")
    }
  }

  /// Whether the compiler sees something of an earlier cell that it was not shown.
  var concernsAccess: Bool {
    diagnostics.contains { $0.message.contains("inaccessible due to 'internal' protection") }
  }

  /// Whether the compiler objects to lines that the user did not write.
  var concernsImports: Bool {
    let errors = diagnostics.filter { $0.severity == .error }
    return !errors.isEmpty && !errors.contains { $0.file == file }
  }
}

extension CellCompiler {
  /// Tries again in a form that the rejection suggests; the messages of the last try are reported.
  func compileAgain(
    _ cell: ParsedCell, module: String, number: Int, after rejection: Rejection, of first: Attempt
  ) throws(CompileFailure) -> CompiledCell {
    var next = first
    next.importsWholeCells = rejection.concernsImports
    next.importsAllNames = rejection.concernsAccess
    next.showsResult = !rejection.mayConcernResult
    do throws(AttemptFailure) {
      if rejection.concernsRedefinition {
        next.revision = try reviseModules(for: cell)
        next.showsResult = true
      }
      guard
        next.importsWholeCells || next.importsAllNames || !next.showsResult || next.revision != nil
      else {
        throw AttemptFailure.rejected(rejection)
      }
      return try attempt(cell, module: module, number: number, as: next)
    } catch {
      switch error {
      case .failed(let failure): throw failure
      case .rejected(let second): throw self.failure(for: second)
      }
    }
  }

  func attempt(
    _ cell: ParsedCell, module: String, number: Int, as form: Attempt
  ) throws(AttemptFailure) -> CompiledCell {
    let rewritten = cell.rewritten(showsResult: form.showsResult)
    let importsAll = form.importsAllNames || scope.replacesNameless(rewritten.definitions)
    let words = importsAll ? nil : cell.words
    let found = scope.imports(
      for: rewritten.definitions, words: words, wholeCells: form.importsWholeCells)
    var compilation = Compilation(
      module: module, number: number, imports: found.lines, cell: cell, rewritten: rewritten,
      options: form.options, packages: packages)
    let active = revisions + (form.revision.map { [$0] } ?? [])
    compilation.revisions = active.reversed().map(\.folder)
    do throws(BuildFailure) {
      let toolchain = try readyToolchain()
      let key = sha256(
        ([toolchain.identity, libraryIdentity, module] + packages.map(\.identity) + found.keys
          + active.flatMap(\.texts) + [compilation.text] + compilation.flags)
          .joined(separator: "\u{0}").utf8)
      let isCached = try build(&compilation, key: key, with: toolchain)
      usedModules.insert(module)
      return CompiledCell(
        module: module, number: number, library: compilation.library, entry: compilation.entry,
        rewritten: rewritten, isCached: isCached, notice: compilation.notice,
        compilation: compilation, revision: form.revision, key: key,
        imports: cell.imports, dependencies: found.modules,
        hasConditionalNames: cell.hasConditionalNames)
    } catch {
      throw error.asAttemptFailure(of: compilation)
    }
  }

  private func reviseModules(for cell: ParsedCell) throws(AttemptFailure) -> Revision? {
    do throws(BuildFailure) {
      return try revision(for: cell.definitions)
    } catch {
      switch error {
      case .toolchain(let problem): throw .failed(.unable(problem.description))
      default: throw .failed(.cancelled)
      }
    }
  }

  func readyToolchain() throws(BuildFailure) -> Toolchain {
    if let toolchain { return toolchain }
    do throws(ToolchainError) {
      let found = try Toolchain.locate()
      toolchain = found
      return found
    } catch { throw .toolchain(error) }
  }

  /// How many errors in one cell are shown.
  private static let shownErrors = 10

  private func failure(for rejection: Rejection) -> CompileFailure {
    let text = CellText(rejection.cell.source, file: rejection.file)
    let reports = ErrorReport.reports(on: rejection.diagnostics, cell: text)
    guard let first = reports.first?.error else {
      return .unable(
        "The Swift compiler failed on this cell without a message about it: "
          + (rejection.output.split(separator: "\n").first.map(String.init) ?? "no output") + ".")
    }
    if first.file != rejection.file, first.message.contains("compiled with") {
      return .unable(
        "The kernel was built with another Swift toolchain (\(first.message)): install it anew.")
    }
    let context = adviceContext(for: rejection.cell, text: text)
    let shown = reports.prefix(Self.shownErrors).map { $0.rendered(in: context) }
    let rest = reports.count - shown.count
    let more = rest > 0 ? ["… and \(rest) more errors"] : []
    let place = first.file == rejection.file ? " (\(first.file):\(first.line):\(first.column))" : ""
    return .rejected(
      message: shown[0].message + place,
      lines: shown.flatMap(\.lines) + more + missing.advice(on: rejection.diagnostics)
        + redefinitionAdvice(on: rejection.diagnostics))
  }

  private func adviceContext(for cell: ParsedCell, text: CellText) -> AdviceContext {
    let known = insightScope.withLock { $0 }
    let imports = (known.imports + cell.imports).compactMap { line in
      line.split(separator: " ").last.map(String.init)
    }
    return AdviceContext(
      cell: text, cells: known.names,
      names: { [self] line, column, prefix in
        let offset = text.all.prefix(line - 1).reduce(0) { $0 + $1.utf8.count + 1 } + column - 1
        return names(in: cell.source, at: offset, prefix: prefix)
      }, imported: Set(imports), isExplained: missing.explains)
  }
}

/// Lines on errors between two types of the same name.
private func redefinitionAdvice(on diagnostics: [Diagnostic]) -> [String] {
  for diagnostic in diagnostics where diagnostic.severity == .error {
    let types = diagnostic.message.matches(of: #/In\[(\d+)\]\.(\w+)/#)
    guard let newest = types.max(by: { Int($0.1) ?? 0 < Int($1.1) ?? 0 }),
      let oldest = types.first(where: { $0.2 == newest.2 && $0.1 != newest.1 })
    else { continue }
    return [
      "\(Style.blue)note:\(Style.plain) \(newest.2) was defined anew in In[\(newest.1)]; values made "
        + "before that keep the type of In[\(oldest.1)]. Make them anew."
    ]
  }
  return []
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
