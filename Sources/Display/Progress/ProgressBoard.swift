import Glibc
import Synchronization

/// The display that all loops share which run at one time.
final class ProgressBoard: Sendable {
  static let shared = ProgressBoard()
  /// What the names of all such displays begin with.
  package static let namePrefix = "progress-"
  private static let interval = 0.1

  private struct Line {
    var key: Int
    var thread: pthread_t
    var state: ProgressBar.State
  }

  private struct Board {
    var lines: [Line] = []
    var nextKey = 0
    var name = ""
    var drawn = 0.0

    var isOver: Bool { lines.allSatisfy { $0.state.end != nil } }
  }

  private let board = Mutex(Board())

  /// Adds a loop.
  ///
  /// - Returns: What to call it, and how many loops of its thread it is within.
  func begin(_ state: ProgressBar.State) -> (key: Int, depth: Int) {
    board.withLock { board in
      if board.lines.isEmpty {
        board.name = Self.namePrefix + String(UInt64.random(in: 0 ... .max), radix: 16)
      }
      let thread = pthread_self()
      let depth = board.lines.count { $0.thread == thread && $0.state.end == nil }
      // A loop within another takes the place of the one before it there.
      board.lines.removeAll {
        $0.thread == thread && $0.state.end != nil && $0.state.depth >= max(depth, 1)
      }
      var state = state
      state.depth = depth
      board.nextKey += 1
      board.lines.append(Line(key: board.nextKey, thread: thread, state: state))
      draw(&board, isFirst: board.lines.count == 1)
      return (board.nextKey, depth)
    }
  }

  /// Notes where a loop stands.
  func change(_ key: Int, to state: ProgressBar.State) {
    board.withLock { board in
      guard let index = board.lines.firstIndex(where: { $0.key == key }) else { return }
      let depth = board.lines[index].state.depth
      board.lines[index].state = state
      board.lines[index].state.depth = depth
      guard board.isOver else { return draw(&board, isFirst: false) }
      board.lines.removeAll { $0.state.depth > 0 }
      draw(&board, isFirst: false)
      board.lines = []
    }
  }

  /// Ends the loops of the calling thread that it has left without another word.
  func endLoops() {
    let thread = pthread_self()
    let left = board.withLock { board in
      board.lines.filter { $0.thread == thread && $0.state.end == nil }
    }
    for var line in left.reversed() {
      line.state.end = Interrupt.stopsWork ? .interrupted : .stopped
      change(line.key, to: line.state)
    }
  }

  private func draw(_ board: inout Board, isFirst: Bool) {
    let now = monotonicSeconds()
    guard isFirst || board.isOver || now - board.drawn >= Self.interval else { return }
    board.drawn = now
    let bundle = MIMEBundle(progress: board.lines.map(\.state))
    let sink = DisplayOutput.sink
    if sink is PlainTextSink {
      // Lines that were printed cannot be taken back: only the last state is worth one.
      if board.isOver { sink.show(bundle, id: nil) }
    } else if isFirst {
      sink.show(bundle, id: board.name)
    } else {
      sink.update(bundle, id: board.name)
    }
  }
}
