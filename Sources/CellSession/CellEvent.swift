public import Display

/// What a running cell lets the world see, in the order in which it happened.
public enum CellEvent: Sendable {
  /// Text written to standard output or standard error, by Swift, C or a child process.
  case stream(Stream, String)
  /// A value shown by `display`; `id` names it for later updates.
  case display(MIMEBundle, id: String?)
  /// New content for every display with this `id`.
  case update(MIMEBundle, id: String)
  /// Clears the cell's output; `wait` delays that until the next output.
  case clearOutput(wait: Bool)
  /// Text for reading beside the notebook.
  case page(MIMEBundle)
  /// A message from the cells over a comm.
  case comm(CommMessage)

  /// The two streams of a process.
  public enum Stream: String, Sendable { case standardOutput = "stdout", standardError = "stderr" }
}
