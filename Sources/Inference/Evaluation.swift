import Synchronization

/// Where the surroundings of an evaluation say that it should end: an interrupt of a notebook.
///
/// It sits behind a lock because a process may set it from another thread than the one that evaluates.
public enum Evaluation {
  private static let question = Mutex<@Sendable () -> Bool>({ false })

  /// Asked before every batch whether to stop; false unless set.
  public static var shouldStop: @Sendable () -> Bool {
    get { question.withLock { $0 } }
    set { question.withLock { $0 = newValue } }
  }

  /// - Throws: `CancellationError` if the evaluation should end.
  static func check() throws(CancellationError) {
    if shouldStop() { throw CancellationError() }
  }
}
