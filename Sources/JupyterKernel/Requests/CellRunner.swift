import CellSession
import Display
import JupyterProtocol
import Synchronization

/// Runs what requests ask for in the host: counts cells, publishes what they show.
///
/// All but `interrupt()` is called from the execution thread.
final class CellRunner: @unchecked Sendable {
  private enum Activity { case none, running, interrupted }

  private let host: any CellHost
  private let iopub: IOPub
  private let input: InputDesk
  private let history: History
  private let publisher: EventPublisher
  private let log: Log
  /// The number of the last cell that was stored.
  private var count = 0
  private let activity = Mutex(Activity.none)
  /// The last request whose output is shown; late output is shown with it.
  private let latest = Mutex<Header?>(nil)

  init(
    host: any CellHost, iopub: IOPub, input: InputDesk, comms: CommRegistry, history: History,
    log: Log
  ) {
    self.host = host
    self.iopub = iopub
    self.input = input
    self.history = history
    self.log = log
    publisher = EventPublisher(iopub: iopub, comms: comms, log: log)
    host.lateOutput { [weak self] event in
      guard let self else { return }
      publisher.publish(event, parent: latest.withLock { $0 })
    }
  }

  /// Asks the running cell to end; does nothing when none runs.
  func interrupt() {
    let isRunning = activity.withLock { activity in
      if activity != .none { activity = .interrupted }
      return activity != .none
    }
    guard isRunning else { return }
    host.interrupt()
    input.interrupt()
  }

  /// The reply to a request that is not run because an earlier one failed.
  func abortedReply() -> ExecuteReply { ExecuteReply(.aborted, executionCount: count) }

  /// The reply to a request that cannot be understood.
  func refusal(_ error: ErrorContent) -> ExecuteReply {
    ExecuteReply(.error(error), executionCount: count)
  }

  /// Runs a cell, for the message that asks for it.
  func run(_ request: ExecuteRequest, for message: Message) -> ExecuteReply {
    if request.code.allSatisfy(\.isWhitespace) { return blankReply(request) }
    let number = count + 1
    if request.storeHistory {
      count = number
      history.addInput(request.code, line: number)
    }
    if !request.silent {
      latest.withLock { $0 = message.header }
      iopub.publish(
        ExecuteInput(code: request.code, executionCount: number), parent: message.header)
    }
    let (outcome, pages) = execute(request, number: number, for: message)
    switch outcome {
    case .finished(let result):
      if let result { show(result, of: request, number: number, for: message) }
      return ExecuteReply(
        .ok(userExpressions: evaluate(request), pages: pages), executionCount: number)
    case .failed(let failure):
      let error = ErrorContent(failure)
      if !request.silent { iopub.publish(error, parent: message.header) }
      return ExecuteReply(.error(error), executionCount: number)
    }
  }

  private func show(
    _ result: MIMEBundle, of request: ExecuteRequest, number: Int, for message: Message
  ) {
    if request.storeHistory { history.addOutput(result.plainText, line: number) }
    guard !request.silent else { return }
    let content = MIMEData(result, log: log)
    iopub.publish(ExecuteResult(content, executionCount: number), parent: message.header)
  }

  /// Hands a front end's message to its comm, and tells the front end when that fails.
  ///
  /// Returns whether the receiver in the cells took it without an error.
  func deliver(_ comm: CommMessage, for message: Message) -> Bool {
    let outcome = hosting {
      host.deliver(comm, onInput: { _ in .unavailable }) { event in
        publisher.publish(event, parent: message.header)
      }
    }
    guard case .failed(let failure) = outcome else { return true }
    iopub.publish(ErrorContent(failure), parent: message.header)
    return false
  }

  private func execute(
    _ request: ExecuteRequest, number: Int, for message: Message
  ) -> (CellOutcome, pages: [MIMEData]) {
    var pages: [MIMEData] = []
    let outcome = hosting {
      host.execute(
        request.code, number: number,
        onInput: { request.allowStdin ? ask($0, for: message) : .unavailable },
        onEvent: { event in
          switch event {
          case .page(let bundle): pages.append(MIMEData(bundle, log: log))
          case .comm: publisher.publish(event, parent: message.header)
          default: if !request.silent { publisher.publish(event, parent: message.header) }
          }
        })
    }
    return (outcome, pages)
  }

  private func ask(_ question: InputRequest, for message: Message) -> InputReply {
    iopub.flush()
    return input.ask(question, for: message) { activity.withLock { $0 } == .interrupted }
  }

  private func blankReply(_ request: ExecuteRequest) -> ExecuteReply {
    ExecuteReply(.ok(userExpressions: evaluate(request)), executionCount: count)
  }

  private func evaluate(_ request: ExecuteRequest) -> [String: JSON] {
    request.userExpressions.mapValues { expression in
      switch hosting({ host.evaluate(expression) }) {
      case .success(let bundle): MIMEData(bundle, log: log).expressionReply
      case .failure(let failure): FailureReply(ErrorContent(failure)).json
      }
    }
  }

  private func hosting<Value>(_ body: () -> Value) -> Value {
    activity.withLock { $0 = .running }
    defer { activity.withLock { $0 = .none } }
    return body()
  }
}

extension ErrorContent {
  init(_ failure: CellFailure) {
    self.init(name: failure.name, value: failure.message, traceback: failure.traceback)
  }
}
