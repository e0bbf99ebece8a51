import CCellRuntime
import CellCompiler
import Glibc

/// The story of a worker that ended in the middle of a cell.
struct CrashReport {
  let death: WorkerDeath
  /// The cell that ran, or `nil` when a message to a comm did.
  let cell: CompiledCell?
  /// The numbers of the cells whose names there were.
  let cells: [Int]
  /// The end of what the cell wrote to standard error.
  let errorOutput: String
  /// Where the cells were, innermost first, as `In[3]:4 in f(x:)`.
  let frames: [String]

  /// The failure of the cell.
  var failure: CellFailure {
    let (name, cause) = cause
    let first = frames.first ?? line.map { "In[\(cell?.number ?? 0)]:\($0)" }
    let place = first.map { "\(Style.bold)\($0):\(Style.plain) " } ?? ""
    let callers = frames.dropFirst().prefix(8).map {
      "\(Style.dim)  called from\(Style.plain) \($0)"
    }
    return CellFailure(
      name: name, message: "\(cause) \(consequence)",
      traceback: ["\(place)\(Style.red)\(name):\(Style.plain) \(cause)"] + callers
        + ["\(Style.dim)\(consequence)\(Style.plain)"])
  }

  private var line: Int? { cell?.rewritten.line(after: death.completed) }

  // MARK: What it costs

  private var consequence: String {
    guard death.isRecovered else { return Self.loss(of: cells) }
    let variables =
      cells.isEmpty ? "The next cell can run." : "All variables are as they were before this cell."
    return ([variables] + threads).joined(separator: " ")
  }

  private var threads: [String] {
    var sentences: [String] = []
    if death.threadsLost > 0 {
      sentences.append(
        death.threadsLost == 1
          ? "A thread that an earlier cell had started is gone."
          : "\(death.threadsLost) threads that earlier cells had started are gone.")
    }
    if death.hasLostDispatch {
      sentences.append("Dispatch queues do not work any more: restart to use them.")
    }
    return sentences
  }

  /// What the end of a process costs that held the names of these cells, in a sentence.
  static func loss(of cells: [Int]) -> String {
    let again = cells.map { "In[\($0)]" }
    guard let last = again.last else { return "A new process is ready; no variables were lost." }
    let list =
      again.count == 1 ? last : "\(again.dropLast().joined(separator: ", ")) and \(last)"
    return "All variables are gone. A new process is ready: run \(list) again."
  }

  // MARK: What happened

  /// The failure's name and a sentence.
  private var cause: (name: String, sentence: String) {
    if death.wasKilledByUser {
      return ("Interrupted", "The cell did not end when asked, so it was stopped.")
    }
    if let memory { return ("OutOfMemory", memory) }
    if death.status >= 0 {
      return ("Exited", "The cell ended its process (exit status \(death.status)).")
    }
    if death.cause == cell_runtime_overflow {
      return ("StackOverflow", "The stack is full: a function calls itself without end.")
    }
    if let fatalError { return ("FatalError", fatalError) }
    return signal
  }

  /// Why there was no memory, if that is what happened.
  private var memory: String? {
    if let text = fatalError {
      if text.hasPrefix("Out of memory") { return text }
      let words = text.split(separator: " ")
      if text.hasPrefix("failed to allocate "), words.count > 3 {
        return "The cell asked for \(words[3]) bytes of memory at once, more than there is."
      }
    }
    let isRefused =
      death.cause == cell_runtime_out_of_memory || errorOutput.contains("std::bad_alloc")
    if isRefused { return "The cell asked for more memory than there is." }
    return death.status == -SIGKILL && death.wasMemoryFull
      ? "The memory was full, so the system ended the cell's process." : nil
  }

  /// The Swift runtime's own words, without the place in its own sources.
  private var fatalError: String? {
    guard var text = death.lastWords.map({ Substring($0) }) else { return nil }
    if let end = text.firstRange(of: "Fatal error: ")?.upperBound { text = text[end...] }
    while text.last?.isNewline == true { text.removeLast() }
    let isWhole = [".", "!", "?"].contains { text.hasSuffix($0) }
    return isWhole ? String(text) : "\(text)."
  }

  private var signal: (name: String, sentence: String) {
    switch -death.status {
    case SIGSEGV, SIGBUS:
      let address = "0x" + String(death.address, radix: 16)
      return ("SegmentationFault", "The cell read or wrote memory that is not there (\(address)).")
    case SIGILL, SIGTRAP:
      return ("FatalError", "A condition that Swift checks was not met, such as an overflow.")
    case SIGFPE: return ("ArithmeticFault", "An operation of the processor had no result (SIGFPE).")
    case SIGABRT: return ("Aborted", "The cell called abort.")
    case SIGKILL: return ("Killed", "The cell's process was ended from outside (SIGKILL).")
    default:
      let name = String(cString: strsignal(-death.status))
      return ("Killed", "The cell's process was ended by signal \(-death.status) (\(name)).")
    }
  }
}
