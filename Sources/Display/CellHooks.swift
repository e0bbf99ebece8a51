import Synchronization

/// What a compiled cell calls, in code that the kernel adds to it; nothing here is for users.
public enum CellHooks {
  /// Where the cell notes how far it has come: memory that outlives the process.
  nonisolated(unsafe) package static var progress: UnsafeMutablePointer<Int32>?
  private static let shown = Mutex<MIMEBundle?>(nil)
  private static let description = Mutex<(@Sendable (any Error) -> String?)?>(nil)

  /// Ends the cell that the calling thread runs; returns where it runs none.
  nonisolated(unsafe) package static var stop: (@convention(c) () -> Void)?

  /// Notes that a top-level item has completed, and ends the cell here if it is to end.
  ///
  /// - Throws: ``Interrupted`` if something in it ended early because of an interrupt and could not
  ///   say so by an error: the cell goes no further.
  public static func reached(_ item: Int) throws(Interrupted) {
    progress?.pointee = Int32(truncatingIfNeeded: item)
    turn()
    if Cutoff.take() { throw Interrupted() }
  }

  /// Ends the cell here if it is to end; called at each turn of its top-level loops.
  public static func turn() { if Interrupt.stopsCell { stop?() } }

  /// Makes ready for a cell.
  package static func begin() {
    progress?.pointee = -1
    _ = Cutoff.take()
  }

  /// Whether something in the last item of a cell ended early because of an interrupt; all that the
  /// cell defines is set.
  package static func endedEarly() -> Bool {
    guard Cutoff.take() else { return false }
    progress?.pointee = .max
    return true
  }

  /// Notes the value of the cell's last expression.
  ///
  /// - Parameter html: Asks the value for its `_repr_html_`, which it need not have.
  public static func result<Value>(_ value: Value, html: (Shown<Value>) -> Any?) {
    if Value.self == Void.self || Value.self == Void?.self || value is any Unshown { return }
    var result = bundle(for: value)
    if !(value is any Displayable), let page = html(Shown(value: value)) as? String {
      result.data["text/html"] = .text(page)
    }
    shown.withLock { [result] in $0 = result }
  }

  /// Sets what describes errors first, where Foundation gives them a text of their own.
  public static func describeErrors(_ describe: @escaping @Sendable (any Error) -> String?) {
    description.withLock { $0 = describe }
  }

  /// Clears up behind a cell, however it ended.
  package static func end() {
    _ = takeResult()
    ProgressBoard.shared.endLoops()
  }

  /// The result noted since the last call.
  package static func takeResult() -> MIMEBundle? {
    shown.withLock { result in
      defer { result = nil }
      return result
    }
  }

  /// A sentence about an error: its localized description if it has one, else its own.
  package static func describe(_ error: any Error) -> String {
    description.withLock { $0 }?(error) ?? String(describing: error)
  }
}

/// A value that is returned for further use, not to be looked at.
private protocol Unshown {}
extension DisplayHandle: Unshown {}
extension Task: Unshown {}
