import Synchronization

/// The user's wish that the running cell end.
///
/// A cell ends at the next of its top-level statements, and at the next turn of its top-level loops.
/// A long computation in a function of one's own asks now and then, which keeps all variables:
///
/// ```swift
/// for epoch in 0..<1000 {
///   try Interrupt.check()
///   trainOneEpoch()
/// }
/// ```
///
/// A cell that does neither within a grace is ended from outside; its variables then are what they
/// were before it.
public enum Interrupt {
  private static let flag = Atomic<Bool>(false)
  private static let isLeftToCell = Atomic<Bool>(false)
  private static let action = Mutex<(@Sendable () -> Void)?>(nil)
  /// Where it is noted that the cell has seen the wish and will end by itself.
  nonisolated(unsafe) package static var note: UnsafeMutablePointer<Int32>?

  /// Whether the user has asked the running cell to end.
  ///
  /// An atomic load: cheap in a hot loop. A cell that has read `true` here decides itself how it
  /// ends.
  public static var isRequested: Bool {
    guard stopsWork else { return false }
    isLeftToCell.store(true, ordering: .relaxed)
    return true
  }

  /// Throws ``Interrupted`` if the user has asked the running cell to end.
  public static func check() throws(Interrupted) {
    if stopsWork { throw Interrupted() }
  }

  /// Whether work of the library should end; the cell then ends behind it.
  package static var stopsWork: Bool {
    guard flag.load(ordering: .relaxed) else { return false }
    note?.pointee = 1
    return true
  }

  /// Whether the cell is to be ended at its next statement.
  package static var stopsCell: Bool {
    flag.load(ordering: .relaxed) && !isLeftToCell.load(ordering: .relaxed)
  }

  /// Asks the running cell to end.
  public static func request() {
    flag.store(true, ordering: .relaxed)
    action.withLock { $0 }?()
  }

  /// Sets what a request does besides raising the flag; does it at once if one has been made.
  static func whenRequested(_ action: (@Sendable () -> Void)?) {
    self.action.withLock { $0 = action }
    if flag.load(ordering: .relaxed) { action?() }
  }

  /// Forgets an earlier request, as is done before each cell.
  public static func reset() {
    flag.store(false, ordering: .relaxed)
    isLeftToCell.store(false, ordering: .relaxed)
    note?.pointee = 0
  }
}

/// The error of a cell that ended because the user asked it to.
public struct Interrupted: Error, Hashable, CustomStringConvertible {
  /// An interruption.
  public init() {}

  /// A sentence.
  public var description: String { "The cell was interrupted." }
}
