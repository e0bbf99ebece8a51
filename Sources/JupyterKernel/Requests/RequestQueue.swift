import JupyterProtocol

/// Requests in the order in which they arrived on the shell channel.
final class RequestQueue: Sendable {
  /// A request, and whether a failure before it says that it must not run.
  struct Entry: Sendable {
    var request: Message
    var isAborted = false
  }

  private struct State {
    var entries: [Entry] = []
    var isClosed = false
  }

  private let state = Monitor(State())

  /// Adds a request at the end.
  func append(_ request: Message) {
    state.withLock { if !$0.isClosed { $0.entries.append(Entry(request: request)) } }
  }

  /// Waits for the next request; nil once the queue is closed.
  func next() -> Entry? {
    state.wait { state -> Entry?? in
      if state.isClosed { return .some(nil) }
      return state.entries.isEmpty ? .none : .some(state.entries.removeFirst())
    }
  }

  /// Marks the execute requests that wait now; those that arrive later are not concerned.
  func abortExecutions() {
    state.withLock { state in
      for index in state.entries.indices
      where state.entries[index].request.header.type == ExecuteRequest.type {
        state.entries[index].isAborted = true
      }
    }
  }

  /// Drops what waits, and ends whoever waits for more.
  func close() { state.withLock { $0 = State(isClosed: true) } }
}
