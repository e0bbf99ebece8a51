import CellCompiler

extension CellSession {
  /// Whether a front end should run a piece of code or wait for more lines.
  public static func completeness(of code: String) -> Completeness {
    switch SourceCompleteness(of: swift(of: code)) {
    case .complete: .complete
    case .incomplete(let indent): .incomplete(indent: indent)
    case .invalid: .invalid
    }
  }
}
