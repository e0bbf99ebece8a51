public import Display

/// How a cell ended.
public enum CellOutcome: Sendable {
  /// It ran to its end; `result` is the value of its last expression, if it has one.
  case finished(result: MIMEBundle?)
  /// It did not compile, threw, crashed, or was interrupted.
  case failed(CellFailure)
}

/// Why a cell failed, in the three parts Jupyter shows.
public struct CellFailure: Error, Hashable, Sendable {
  /// A stable name: `CompileError`, `Interrupted`, `WorkerCrashed`, or the thrown type's name.
  public var name: String
  /// One sentence.
  public var message: String
  /// Lines for a person: excerpt, caret, fix-it, stack; they may hold ANSI colours.
  public var traceback: [String]

  public init(name: String, message: String, traceback: [String]) {
    self.name = name
    self.message = message
    self.traceback = traceback
  }
}

/// Whether a front end should run a piece of code or wait for more lines.
public enum Completeness: Hashable, Sendable {
  case complete
  case incomplete(indent: String)
  case invalid
}
