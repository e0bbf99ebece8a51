import Glibc

/// One loop: how far it has come, and when it ends.
///
/// It is told of each step, and notices a `break` or an error by being released.
final class ProgressBar: @unchecked Sendable {
  /// Where a loop stands.
  struct State {
    /// How a loop can end.
    enum End { case finished, stopped, interrupted }

    /// What a step is.
    var label: String
    /// How many steps there will be, if that is known.
    var total: Int?
    /// How many are done.
    var done = 0
    /// The seconds since the first step.
    var seconds = 0.0
    /// How it ended; `nil` while it goes on.
    var end: End?
    /// How many loops it is within.
    var depth = 0
  }

  private var state: State
  private let start = monotonicSeconds()
  private let key: Int
  private var isWithinStep = false

  init(label: String, total: Int?) {
    state = State(label: label, total: total)
    (key, state.depth) = ProgressBoard.shared.begin(state)
  }

  deinit { end(.stopped) }

  /// The step that was taken, if one was, is done.
  func advance() {
    guard isWithinStep else { return }
    isWithinStep = false
    state.done += 1
    if let total = state.total, state.done > total { state.total = nil }
    state.seconds = monotonicSeconds() - start
    ProgressBoard.shared.change(key, to: state)
  }

  /// A step is taken.
  func take() { isWithinStep = true }

  /// The loop has ended.
  func end(_ end: State.End) {
    guard state.end == nil else { return }
    state.end = end
    state.seconds = monotonicSeconds() - start
    ProgressBoard.shared.change(key, to: state)
  }
}
