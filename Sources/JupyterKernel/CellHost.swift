public import CellSession
public import Display

/// What a kernel needs from whatever runs the cells.
///
/// The kernel calls `execute` and `evaluate` from one thread of its own, one call at a time;
/// `interrupt` and `shutdown` from any thread.
public protocol CellHost: AnyObject, Sendable {
  /// Runs a cell and returns when it has ended.
  ///
  /// - Parameters:
  ///   - code: the cell as the user wrote it.
  ///   - number: the count shown as `In[number]`. Cells that are not stored in the history share
  ///     the number of the next cell that is.
  ///   - onInput: answers the cell when it asks for a line of text.
  ///   - onEvent: takes the cell's output in the order in which it came, before `execute` returns.
  func execute(
    _ code: String, number: Int, onInput: (InputRequest) -> InputReply,
    onEvent: (CellEvent) -> Void
  ) -> CellOutcome
  /// Hands a front end's message to the receiver of its comm, which runs like a cell.
  func deliver(
    _ message: CommMessage, onInput: (InputRequest) -> InputReply, onEvent: (CellEvent) -> Void
  ) -> CellOutcome

  /// The value of an expression, in the state the cells have left.
  func evaluate(_ expression: String) -> Result<MIMEBundle, CellFailure>

  /// What may stand at a place in a cell, in the state the cells have left; any thread, any time.
  ///
  /// - Parameter position: the cursor, in Unicode scalars.
  func complete(_ code: String, at position: Int) -> Completion
  /// What is known about the name at a place in a cell; any thread, any time.
  func inspect(_ code: String, at position: Int, detail: InspectionDetail) -> MIMEBundle?
  /// Asks the running cell to end soon. Returns at once.
  func interrupt()

  /// Takes output that comes between cells, from threads that outlive theirs.
  func lateOutput(_ handler: @escaping @Sendable (CellEvent) -> Void)

  /// Ends every process of this host; a running `execute` returns soon after.
  func shutdown()

  /// Whether code can be run as it stands.
  static func completeness(of code: String) -> Completeness
}
