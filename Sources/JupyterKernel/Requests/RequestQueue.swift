import JupyterProtocol

/// Requests that the execution thread answers, in the order in which they arrived.
final class RequestQueue: Sendable {
  /// A request, and whether a failure before it says that it must not run.
  struct Entry: Sendable {
    var request: Message
    var isAborted = false
    /// The subshell that the request is for, and the request's place there.
    var place: (subshell: Subshell, turn: Turn)?
  }

  private struct State {
    var entries = Line<Entry>()
    var isClosed = false
  }

  private let state = Monitor(State())

  /// Adds a request at the end.
  func append(_ request: Message, place: (Subshell, Turn)? = nil) {
    state.withLock { state in
      guard !state.isClosed else { return }
      state.entries.append(Entry(request: request, place: place))
    }
  }

  /// Waits for the next request; nil once the queue is closed.
  func next() -> Entry? {
    state.wait { state -> Entry?? in
      if state.isClosed { return .some(nil) }
      return state.entries.popFirst().map { .some($0) }
    }
  }

  /// Marks the execute requests of a subshell that wait now; nil stands for the shell itself.
  ///
  /// Those that arrive later are not concerned.
  func abortExecutions(of subshell: String?) {
    state.withLock { state in
      state.entries.forEach { entry in
        if entry.request.header.type == ExecuteRequest.type, entry.place?.subshell.id == subshell {
          entry.isAborted = true
        }
      }
    }
  }

  /// Drops what waits, and ends whoever waits for more.
  func close() { state.withLock { $0 = State(isClosed: true) } }
}
