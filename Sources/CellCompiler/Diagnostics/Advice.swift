/// What helps with an error beyond the compiler's words.
struct Advice {
  /// A kinder message than the compiler's.
  var message: String?
  /// Sentences below the excerpt.
  var hints: [String] = []
  /// How the line should read.
  var correction: Correction?

  init(message: String? = nil, _ hints: String..., correction: Correction? = nil) {
    self.message = message
    self.hints = hints
    self.correction = correction
  }
}

/// What advice can be drawn from.
struct AdviceContext {
  let cell: CellText
  /// The number of the cell that defines a name, for the names of earlier cells.
  let cells: [String: Int]
  /// The names that may stand at a place of the cell, given by line and column.
  let names: (_ line: Int, _ column: Int, _ prefix: String) -> [String]
  /// The modules that the cell can use without an import of its own.
  let imported: Set<String>
  /// Whether it is told elsewhere why a name is not there.
  let isExplained: (String) -> Bool
}

extension ErrorReport {
  /// What helps with the error.
  func advice(in context: AdviceContext) -> Advice {
    let rules = [
      grammarAdvice, missingNameAdvice, missingModuleAdvice, missingMemberAdvice, constantAdvice,
      effectAdvice,
      optionalAdvice, operatorAdvice, conversionAdvice, callAdvice, flowAdvice,
    ]
    return rules.lazy.compactMap { $0(context) }.first
      ?? Advice(correction: Correction(of: context.cell, as: error))
  }

  /// The notes that advice does not stand for.
  var remainingNotes: [Diagnostic] {
    notes.filter { note in
      note.concernsCells && !Self.replaced.contains { note.message.hasPrefix($0) }
    }
  }

  private static let replaced = [
    "overloads for", "did you mean to", "coalesce using", "force-unwrap using", "change 'let' to",
    "constant defined here", "variable defined here", "to match this opening", "add missing case",
    "candidate expects", "add stubs", "add '@unknown", "chain the optional", "use 'as!'",
    "found this candidate", "arguments to generic parameter", "'init", "add a default clause",
  ]

  /// The text of a name in the message: that between its first quotation marks.
  func quoted(_ index: Int = 0) -> String? {
    let parts = error.message.split(separator: "'", omittingEmptySubsequences: false)
    return parts.indices.contains(2 * index + 1) ? String(parts[2 * index + 1]) : nil
  }
}
