import Synchronization

/// The user's wish that the running cell end.
///
/// Swift code cannot be stopped from outside without losing its variables, so a long computation
/// asks now and then:
///
/// ```swift
/// for epoch in 0..<1000 {
///   try Interrupt.check()
///   trainOneEpoch()
/// }
/// ```
public enum Interrupt {
  private static let flag = Atomic<Bool>(false)
  private static let action = Mutex<(@Sendable () -> Void)?>(nil)

  /// Whether the user has asked the running cell to end.
  ///
  /// An atomic load: cheap in a hot loop.
  public static var isRequested: Bool { flag.load(ordering: .relaxed) }

  /// Throws ``Interrupted`` if the user has asked the running cell to end.
  public static func check() throws(Interrupted) {
    if isRequested { throw Interrupted() }
  }

  /// Asks the running cell to end.
  public static func request() {
    flag.store(true, ordering: .relaxed)
    action.withLock { $0 }?()
  }

  /// Sets what a request does besides raising the flag; does it at once if one has been made.
  static func whenRequested(_ action: (@Sendable () -> Void)?) {
    self.action.withLock { $0 = action }
    if isRequested { action?() }
  }

  /// Forgets an earlier request, as is done before each cell.
  public static func reset() { flag.store(false, ordering: .relaxed) }
}

/// The error of a cell that ended because the user asked it to.
public struct Interrupted: Error, Hashable, CustomStringConvertible {
  /// An interruption.
  public init() {}

  /// A sentence.
  public var description: String { "The cell was interrupted." }
}
