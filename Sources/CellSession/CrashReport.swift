import CellCompiler
import Glibc

/// The story of a worker that ended in the middle of a cell.
struct CrashReport {
  let death: WorkerDeath
  /// The cell that ran, or `nil` when a message to a comm did.
  let cell: CompiledCell?
  /// The numbers of the cells whose names went with the worker.
  let lostCells: [Int]
  /// The end of what the cell wrote to standard error.
  let errorOutput: String
  let wasKilledByUser: Bool
  /// Where the cells were, innermost first, as `In[3]:4`.
  let locations: [String]

  /// The failure of the cell.
  var failure: CellFailure {
    let name = wasKilledByUser ? "Interrupted" : "WorkerCrashed"
    let first = locations.first ?? line.map { "In[\(cell?.number ?? 0)]:\($0)" }
    let place = first.map { "\(Style.bold)\($0):\(Style.plain) " } ?? ""
    let callers = locations.dropFirst().prefix(8).map {
      "\(Style.dim)  called from\(Style.plain) \($0)"
    }
    return CellFailure(
      name: name, message: "\(cause) \(loss)",
      traceback: ["\(place)\(Style.red)\(name):\(Style.plain) \(cause)"] + callers
        + ["\(Style.dim)\(loss)\(Style.plain)"])
  }

  private var line: Int? { cell?.rewritten.line(after: death.completed) }

  /// What happened, in a sentence.
  private var cause: String {
    if wasKilledByUser { return "The cell did not stop when asked, so its process was ended." }
    if death.status >= 0 {
      return "The cell ended its process with exit status \(death.status)."
    }
    if let fatalError { return fatalError }
    return "The cell's process was ended by \(Self.name(ofSignal: -death.status))."
  }

  /// The Swift runtime's own words, the last line of its kind.
  private var fatalError: String? {
    errorOutput.split(separator: "\n").last { $0.contains("Fatal error") }.map { line in
      let start = line.firstRange(of: "Fatal error")?.lowerBound ?? line.startIndex
      let text = line[start...]
      return text.hasSuffix(".") ? String(text) : "\(text)."
    }
  }

  /// What it costs, in a sentence.
  private var loss: String { Self.loss(of: lostCells) }

  /// What the end of a process costs that held the names of these cells, in a sentence.
  static func loss(of cells: [Int]) -> String {
    let again = cells.map { "In[\($0)]" }
    guard let last = again.last else { return "A new process is ready; no variables were lost." }
    let list =
      again.count == 1 ? last : "\(again.dropLast().joined(separator: ", ")) and \(last)"
    return "All variables are gone. A new process is ready: run \(list) again."
  }

  private static func name(ofSignal signal: Int32) -> String {
    switch signal {
    case SIGSEGV: "a segmentation fault (SIGSEGV): memory that is not there, or endless recursion"
    case SIGBUS: "a bus error (SIGBUS)"
    case SIGILL, SIGTRAP: "a trap: a condition that Swift checks was not met"
    case SIGFPE: "an arithmetic fault (SIGFPE)"
    case SIGABRT: "a call of abort (SIGABRT)"
    case SIGKILL: "the system (SIGKILL), which happens when the memory is full"
    default: "signal \(signal) (\(String(cString: strsignal(signal))))"
    }
  }
}
