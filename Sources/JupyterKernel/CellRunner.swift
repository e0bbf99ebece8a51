import CellSession
import Display
import JupyterProtocol
import Synchronization

/// Answers execute requests: counts cells, runs them, publishes what they show.
final class CellRunner: @unchecked Sendable {
  private let host: any CellHost
  private let iopub: IOPub
  private let log: Log
  /// The number of the last cell that was stored; only the execution thread touches it.
  private var count = 0
  private let isRunning = Atomic<Bool>(false)
  /// The last request whose output is shown; late output is shown with it.
  private let latest = Mutex<Header?>(nil)

  init(host: any CellHost, iopub: IOPub, log: Log) {
    self.host = host
    self.iopub = iopub
    self.log = log
    host.lateOutput { [weak self] event in
      guard let self else { return }
      publish(event, parent: latest.withLock { $0 })
    }
  }

  /// Asks the running cell to end; does nothing when none runs.
  func interrupt() {
    if isRunning.load(ordering: .sequentiallyConsistent) { host.interrupt() }
  }

  /// The reply to a request that is not run because an earlier one failed.
  func abortedReply() -> ExecuteReply { ExecuteReply(.aborted, executionCount: count) }

  /// The reply to a request that cannot be understood.
  func refusal(_ error: ErrorContent) -> ExecuteReply {
    ExecuteReply(.error(error), executionCount: count)
  }

  /// Runs a cell.
  func run(_ request: ExecuteRequest, parent: Header) -> ExecuteReply {
    if request.code.allSatisfy(\.isWhitespace) { return blankReply(request) }
    let number = count + 1
    if request.storeHistory { count = number }
    if !request.silent {
      latest.withLock { $0 = parent }
      iopub.publish(ExecuteInput(code: request.code, executionCount: number), parent: parent)
    }
    let outcome = hosting {
      host.execute(request.code, number: number, onInput: { _ in .unavailable }) { event in
        if !request.silent { publish(event, parent: parent) }
      }
    }
    switch outcome {
    case .finished(let result):
      if let result, !request.silent {
        let content = MIMEData(result, log: log)
        iopub.publish(ExecuteResult(content, executionCount: number), parent: parent)
      }
      return ExecuteReply(.ok(userExpressions: evaluate(request)), executionCount: number)
    case .failed(let failure):
      let error = ErrorContent(failure)
      if !request.silent { iopub.publish(error, parent: parent) }
      return ExecuteReply(.error(error), executionCount: number)
    }
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
    isRunning.store(true, ordering: .sequentiallyConsistent)
    defer { isRunning.store(false, ordering: .sequentiallyConsistent) }
    return body()
  }

  private func publish(_ event: CellEvent, parent: Header?) {
    switch event {
    case .stream(let stream, let text):
      iopub.write(text, to: stream.rawValue, parent: parent)
    case .display(let bundle, let id):
      iopub.publish(DisplayData(MIMEData(bundle, log: log), id: id), parent: parent)
    case .update(let bundle, let id):
      iopub.publish(UpdateDisplayData(MIMEData(bundle, log: log), id: id), parent: parent)
    case .clearOutput(let wait):
      iopub.publish(ClearOutput(wait: wait), parent: parent)
    // Pages go into the reply, and comms are routed elsewhere.
    case .page, .comm: break
    }
  }
}

extension ErrorContent {
  init(_ failure: CellFailure) {
    self.init(name: failure.name, value: failure.message, traceback: failure.traceback)
  }
}
