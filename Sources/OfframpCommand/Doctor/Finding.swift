import JupyterProtocol

/// What the doctor found about one part.
struct Finding: CustomStringConvertible {
  /// Whether Offramp can work with the part as it is.
  enum Status: String {
    /// It works.
    case good
    /// Something is left to be desired, but cells run.
    case warning
    /// Cells cannot run, or Jupyter cannot start them.
    case broken
  }

  /// The part.
  var name: String
  var status: Status
  /// What is there, or what is wrong.
  var detail: String
  /// What to do about it; empty if nothing needs doing.
  var advice = ""

  static func good(_ name: String, _ detail: String) -> Finding {
    Finding(name: name, status: .good, detail: detail)
  }

  static func warning(_ name: String, _ detail: String, advice: String) -> Finding {
    Finding(name: name, status: .warning, detail: detail, advice: advice)
  }

  static func broken(_ name: String, _ detail: String, advice: String) -> Finding {
    Finding(name: name, status: .broken, detail: detail, advice: advice)
  }

  var description: String {
    let mark =
      switch status {
      case .good: "✓"
      case .warning: "!"
      case .broken: "✗"
      }
    let indent = String(repeating: " ", count: 14)
    let label = name + indent.dropFirst(min(name.count, indent.count - 1))
    return "\(mark) \(label)\(detail)" + (advice.isEmpty ? "" : "\n  \(indent)→ \(advice)")
  }

  var json: JSON {
    [
      "name": .string(name), "status": .string(status.rawValue), "detail": .string(detail),
      "advice": .string(advice),
    ]
  }
}
