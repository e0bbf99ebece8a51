import JupyterProtocol

/// The subshells of a kernel.
final class Subshells: Sendable {
  /// How many there may be: each is a thread.
  static let maximumCount = 100

  private struct State {
    var all: [(subshell: Subshell, thread: KernelThread)] = []
    var isClosed = false
  }

  private let state = Monitor(State())

  /// Makes a subshell that answers questions with `answer`; nil when there are too many.
  func create(answer: @escaping @Sendable (Message) -> Void) -> String? {
    state.withLock { state in
      guard state.all.count < Self.maximumCount, !state.isClosed else { return nil }
      let subshell = Subshell()
      state.all.append((subshell, subshell.start(answer: answer)))
      return subshell.id
    }
  }

  /// Ends a subshell; false when there is none of that name.
  func delete(_ id: String) -> Bool {
    let subshell = state.withLock { state -> Subshell? in
      let index = state.all.firstIndex { $0.subshell.id == id }
      return index.map { state.all.remove(at: $0).subshell }
    }
    subshell?.close()
    return subshell != nil
  }

  /// The names of all subshells, oldest first.
  var ids: [String] { state.withLock { $0.all.map(\.subshell.id) } }

  subscript(_ id: String) -> Subshell? {
    state.withLock { state in state.all.first { $0.subshell.id == id }?.subshell }
  }

  /// Ends all subshells, and returns their threads.
  func close() -> [KernelThread] {
    let all = state.withLock { state in
      defer { state = State(isClosed: true) }
      return state.all
    }
    for (subshell, _) in all { subshell.close() }
    return all.map(\.thread)
  }
}
