extension ErrorReport {
  /// A name that is not there: a near one, or the import that brings it.
  func missingNameAdvice(_ context: AdviceContext) -> Advice? {
    guard error.message.hasPrefix("cannot find "), error.message.hasSuffix("in scope"),
      let name = quoted()
    else { return nil }
    if let habit = Self.habits[name] { return Advice(habit) }
    if let module = Self.module(of: name), !context.imported.contains(module) {
      return Advice("'\(name)' is in \(module): write `import \(module)` first.")
    }
    let isType = error.message.contains("find type")
    let known = context.names(error.line, error.column, String(name.prefix(1)))
    let candidates = known + context.cells.keys.sorted() + Self.common
    let fitting = isType ? candidates.filter { $0.first?.isUppercase ?? false } : candidates
    guard let meant = name.nearest(among: fitting) else {
      return isType || context.isExplained(name)
        ? nil : Advice("No cell that has run defines '\(name)'.")
    }
    return suggestion(meant, for: name, context)
  }

  /// A module that is not there: a near one.
  func missingModuleAdvice(_ context: AdviceContext) -> Advice? {
    guard error.message.hasPrefix("no such module"), let name = quoted() else { return nil }
    let known = context.names(error.line, error.column, "")
    guard let meant = name.nearest(among: known) else {
      return Advice("`%help` tells how to bring in a package.")
    }
    return suggestion(meant, for: name, context)
  }

  /// A member that is not there: a near one.
  func missingMemberAdvice(_ context: AdviceContext) -> Advice? {
    guard let name = error.message.firstMatch(of: #/has no (?:dynamic )?member '(.+)'$/#)?.1 else {
      return nil
    }
    let known = context.names(error.line, error.column, "")
    guard let meant = String(name).nearest(among: known) else { return nil }
    return suggestion(meant, for: String(name), context)
  }

  private func suggestion(_ meant: String, for name: String, _ context: AdviceContext) -> Advice {
    let edit = TextEdit(columns: error.column..<error.column + name.utf8.count, text: meant)
    let isThere = context.cell.text(line: error.line, columns: edit.columns) == name
    return Advice(
      "did you mean '\(meant)'?",
      correction: isThere ? Correction(of: context.cell, line: error.line, [edit]) : nil)
  }

  /// Words of other languages.
  private static let habits = [
    "range": "Swift writes the numbers from 0 to 9 as 0..<10.",
    "len": "Swift asks the value itself: `values.count`.",
    "def": "Swift's functions begin with `func`: `func f(x: Double) -> Double { … }`.",
    "None": "Swift says `nil` where there is no value.",
    "True": "Swift writes `true`.", "False": "Swift writes `false`.",
    "self": "`self` is there only within a type.",
    "elif": "Swift writes `else if`.",
    "str": "did you mean 'String'?", "null": "Swift says `nil` where there is no value.",
  ]

  /// Names that are always there and often misspelt.
  private static let common = [
    "print", "String", "Int", "Double", "Float", "Bool", "Array", "Dictionary", "Set", "Character",
    "zip", "stride", "abs", "min", "max", "display", "readLine",
    "sqrt", "exp", "log", "pow", "tanh",
  ]

  private static func module(of name: String) -> String? {
    modules.first { $0.names.contains(name) }?.module
  }

  private static let modules: [(module: String, names: Set<String>)] = [
    (
      "Offramp",
      [
        "Network", "Conv", "Dense", "Exit", "ReLU", "BatchNorm", "Residual", "Dataset", "Regime",
        "Method", "Tensor", "Chart", "ExitLogits", "Criterion", "Policy", "Budget", "Experiment",
        "Run", "Model", "Shape", "Schedule",
      ]
    ),
    (
      "Foundation",
      [
        "sqrt", "exp", "log", "log2", "log10", "pow", "sin", "cos", "tan", "tanh", "floor", "ceil",
        "Date", "URL", "Data", "FileManager", "JSONDecoder", "JSONEncoder", "Calendar", "UUID",
        "NumberFormatter", "DateFormatter", "Process", "ProcessInfo", "sleep",
      ]
    ),
  ]
}
