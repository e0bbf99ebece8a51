import CellCompiler

extension CellFailure {
  /// A cell that ended because the user asked it to.
  static let interrupted = CellFailure(
    name: "Interrupted", message: "The cell was interrupted.",
    traceback: ["\(Style.red)Interrupted:\(Style.plain) The cell was interrupted."])

  /// What the compiler said.
  init(_ failure: CompileFailure) {
    switch failure {
    case .rejected(let message, let lines):
      self.init(name: "CompileError", message: message, traceback: lines)
    case .cancelled: self = .interrupted
    case .unable(let sentence):
      self.init(
        name: "CompilerUnavailable", message: sentence,
        traceback: ["\(Style.red)error:\(Style.plain) \(sentence)"])
    }
  }

  /// An error that the cell did not catch.
  static func thrown(type: String, message: String, cell: Int, line: Int?) -> CellFailure {
    let place = line.map { "\(Style.bold)In[\(cell)]:\($0):\(Style.plain) " } ?? ""
    return CellFailure(
      name: type, message: message,
      traceback: ["\(place)\(Style.red)\(type):\(Style.plain) \(message)"])
  }
}
