import JupyterProtocol

/// A line of requests beside the shell's own, with a thread of its own (JEP 91).
///
/// Questions about code are answered here, also while a cell runs. What needs the cells' process
/// waits for its turn among the cells.
final class Subshell: Sendable {
  private enum Item {
    case question(Message)
    case cell(Turn)
  }

  private struct State {
    var items = Line<Item>()
    var turns: [Turn] = []
    var isClosed = false
  }

  let id = Identifier.random()
  private let state = Monitor(State())

  /// Starts the thread, in which `answer` is called for every question.
  func start(answer: @escaping @Sendable (Message) -> Void) -> KernelThread {
    // The stack is as large as that of the execution thread, for the same parsers run here.
    KernelThread("subshell", stack: 64 << 20) { [self] in
      while let item = next() {
        switch item {
        case .question(let request): answer(request)
        case .cell(let turn): turn.takePlace()
        }
      }
    }
  }

  /// Adds a question at the end.
  func append(_ question: Message) {
    state.withLock { if !$0.isClosed { $0.items.append(.question(question)) } }
  }

  /// Adds a place for a cell at the end.
  func appendCell() -> Turn {
    let turn = Turn()
    state.withLock { state in
      if state.isClosed { return turn.end() }
      state.items.append(.cell(turn))
      state.turns.append(turn)
    }
    return turn
  }

  /// Forgets a cell that has run.
  func end(_ turn: Turn) {
    turn.end()
    state.withLock { $0.turns.removeAll { $0 === turn } }
  }

  /// Drops what waits, and ends the thread.
  func close() {
    let turns = state.withLock { state in
      defer { state = State(isClosed: true) }
      return state.turns
    }
    for turn in turns { turn.end() }
  }

  private func next() -> Item? {
    state.wait { state -> Item?? in
      if state.isClosed { return .some(nil) }
      return state.items.popFirst().map { .some($0) }
    }
  }
}
