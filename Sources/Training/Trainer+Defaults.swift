import Synchronization

/// Where the surroundings of a training are told: a notebook's display, an interrupt.
///
/// ``Network/train(_:on:epochs:seed:recipe:startingFrom:)`` reads both once when it begins. They
/// sit behind a lock because a process may set them from another thread than the one that trains.
public enum Trainer {
  /// Told how every training goes, unless nil.
  public static var observer: (any TrainingObserver)? {
    get { (own ?? surroundings.withLock { $0 }).observer }
    set {
      let changed = Surroundings(observer: newValue, shouldStop: shouldStop)
      surroundings.withLock { $0 = changed }
    }
  }

  /// Asked before every step whether to stop; false unless set.
  ///
  /// An interrupted training ends
  /// cleanly and returns its run.
  public static var shouldStop: @Sendable () -> Bool {
    get { (own ?? surroundings.withLock { $0 }).shouldStop }
    set {
      let changed = Surroundings(observer: observer, shouldStop: newValue)
      surroundings.withLock { $0 = changed }
    }
  }

  /// Unchecked, because an observer is only handed over here: the thread that trains calls it.
  private struct Surroundings: @unchecked Sendable {
    var observer: (any TrainingObserver)?
    var shouldStop: @Sendable () -> Bool = { false }
  }

  private static let surroundings = Mutex(Surroundings())

  /// What `with` has set for the calling task.
  @TaskLocal private static var own: Surroundings?

  /// Runs `body` with an observer and a wish to stop that no other task sees: for trainings that
  /// run side by side.
  package static func with<Result>(
    observer: (any TrainingObserver)? = nil, shouldStop: @escaping @Sendable () -> Bool = { false },
    _ body: () throws -> Result
  ) rethrows -> Result {
    try $own.withValue(
      Surroundings(observer: observer, shouldStop: shouldStop), operation: body)
  }
}
