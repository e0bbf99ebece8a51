import Synchronization

/// Whether something that cannot throw has ended early because the user interrupted the cell.
///
/// A loop over ``Progress`` and ``readLine(strippingNewline:)`` just end; the statement that they
/// are in goes on with what there is, and after it the cell ends as interrupted.
enum Cutoff {
  private static let flag = Atomic<Bool>(false)

  /// Notes that something has ended early.
  static func note() { flag.store(true, ordering: .relaxed) }

  /// Whether something has, since the last call.
  static func take() -> Bool { flag.exchange(false, ordering: .relaxed) }
}
