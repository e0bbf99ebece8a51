extension CellHooks {
  /// A variable of the notebook, as `%vars` lists it.
  public struct Variable: Sendable {
    var name: String
    var cell: Int
    var type: String
    var value: String
    /// The bytes of the value and of what it refers to; `nil` if unknown.
    var bytes: Int?
    var isLowerBound = false
  }

  /// Describes a variable.
  public static func variable<Value>(_ name: String, cell: Int, _ value: Value) -> Variable {
    var counter = MemoryCounter()
    counter.add(value)
    return Variable(
      name: name, cell: cell, type: typeText(Swift.type(of: value as Any)), value: brief(value),
      bytes: counter.bytes + MemoryLayout<Value>.size, isLowerBound: counter.isLowerBound)
  }

  /// A variable that cannot be looked at.
  public static func variable(_ name: String, cell: Int, unseen reason: String) -> Variable {
    Variable(name: name, cell: cell, type: "", value: reason, bytes: nil)
  }

  /// The variables as a table.
  ///
  /// - Parameter largest: How many of the largest are listed; `nil` lists all as they come.
  public static func table(_ variables: [Variable], largest: Int? = nil) -> MIMEBundle {
    var shown = variables
    if let largest {
      shown.sort { ($0.bytes ?? 0, $1.name) > ($1.bytes ?? 0, $0.name) }
      shown = Array(shown.prefix(largest))
    }
    let total = variables.reduce(0) { $0 + ($1.bytes ?? 0) }
    let isLowerBound = variables.contains { $0.isLowerBound || $0.bytes == nil }
    let noun = variables.count == 1 ? "variable" : "variables"
    return InfoTable(
      header: ["name", "type", "size", "value", "cell"], rows: shown.map(\.row), numeric: [2],
      code: [0, 1, 3],
      note: "\(variables.count) \(noun), \(isLowerBound ? "≥ " : "")\(byteText(total))"
    ).bundle
  }
}

extension CellHooks.Variable {
  fileprivate var row: [String] {
    let size = bytes.map { "\(isLowerBound ? "≥ " : "")\(byteText($0))" } ?? "?"
    return [name, type, size, value, "In[\(cell)]"]
  }
}
