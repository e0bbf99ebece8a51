public import Display

/// A conversation in cells: compiles them, runs them in a process of their own, reports what they
/// show, and survives them.
///
/// The work is done in the calling thread; one thread at a time calls ``execute(_:number:onEvent:)``
/// and ``evaluate(_:)``. ``interrupt()`` may be called from any thread at any time.
public final class CellSession: @unchecked Sendable {
  /// A session; its worker and compiler are made ready in the background.
  public init(_ configuration: Configuration) {}

  /// Compiles and runs a cell.
  ///
  /// - Parameters:
  ///   - code: The cell's Swift source.
  ///   - number: The cell's number, as shown in `In[number]`.
  ///   - onEvent: Receives what the cell shows, in order, in the calling thread.
  /// - Returns: How the cell ended. Every event has been reported before.
  public func execute(_ code: String, number: Int, onEvent: (CellEvent) -> Void) -> CellOutcome {
    .finished(result: nil)
  }

  /// The value of an expression in the session, as the front end's `user_expressions` asks for it.
  public func evaluate(_ expression: String) -> Result<MIMEBundle, CellFailure> {
    .success(MIMEBundle(plain: ""))
  }

  /// Asks the running cell to end: the compiler is stopped at once; running code is asked through
  /// `Interrupt`; a second call within the same cell ends the worker.
  public func interrupt() {}

  /// Receives output that arrives between cells, from threads and tasks that outlive theirs.
  ///
  /// - Parameter handler: Called from a thread of the session, never while a cell runs.
  public func lateOutput(_ handler: @escaping @Sendable (CellEvent) -> Void) {}

  /// Ends the worker and every process of the session, and returns when they are gone.
  public func shutdown() {}

  /// Whether a front end should run a piece of code or wait for more lines.
  public static func completeness(of code: String) -> Completeness { .complete }
}
