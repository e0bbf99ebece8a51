import Synchronization

/// Where the surroundings of a training are told: a notebook's display, an interrupt.
///
/// ``Network/train(_:on:epochs:seed:recipe:startingFrom:)`` reads both once when it begins. They
/// sit behind a lock because a process may set them from another thread than the one that trains.
public enum Trainer {
  /// Told how every training goes, unless nil.
  public static var observer: (any TrainingObserver)? {
    get { surroundings.withLock { $0.observer } }
    set {
      nonisolated(unsafe) let observer = newValue
      surroundings.withLock { $0.observer = observer }
    }
  }

  /// Asked before every step whether to stop; false unless set. An interrupted training ends
  /// cleanly and returns its run.
  public static var shouldStop: @Sendable () -> Bool {
    get { surroundings.withLock { $0.shouldStop } }
    set { surroundings.withLock { $0.shouldStop = newValue } }
  }

  private struct Surroundings {
    var observer: (any TrainingObserver)?
    var shouldStop: @Sendable () -> Bool = { false }
  }

  // The observer is handed over, never used, under the lock: it is called by the training thread.
  private static let surroundings = Mutex(Surroundings())
}
