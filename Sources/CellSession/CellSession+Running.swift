import CellCompiler
import CellWorker
import Display
import Synchronization

extension CellSession {
  /// Compiles and runs a cell.
  func run(
    _ cell: ParsedCell, number: Int, keepsNames: Bool, onInput: (InputRequest) -> InputReply,
    onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    begin(number: number)
    defer { phase.withLock { $0.isBusy = false } }
    replaceDeadWorker(onEvent)
    let compiled: CompiledCell
    do {
      compiled = try compileNoted(cell, number: number)
    } catch {
      return .failed(CellFailure(error))
    }
    if let notice = compiled.notice { onEvent(.stream(.standardError, "\(notice)\n")) }
    let command = WorkerCommand.run(
      library: compiled.library, entry: compiled.entry, isProtected: snapshotsEnabled)
    return readyWorker().outcome { worker in
      run(command, compiled, on: worker, keepsNames: keepsNames, onInput: onInput, onEvent: onEvent)
    }
  }

  /// Hands a message to the receiver of its comm.
  func deliverInTurn(
    _ message: CommMessage, onInput: (InputRequest) -> InputReply, onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    begin(number: phase.withLock { $0.number })
    defer { phase.withLock { $0.isBusy = false } }
    replaceDeadWorker(onEvent)
    note(.comm(message))
    let command = WorkerCommand.deliver(message, isProtected: snapshotsEnabled)
    let outcome = readyWorker().outcome { worker in
      run(command, nil, on: worker, keepsNames: false, onInput: onInput, onEvent: onEvent)
    }
    // A comm that nobody takes is not open.
    if case .open = message.kind, case .failed = outcome {
      note(.comm(CommMessage(.close, id: message.id)))
    }
    return outcome
  }

  private func begin(number: Int) {
    phase.withLock { phase in
      phase.number = number
      phase.isBusy = true
      phase.turn += 1
      phase.interrupts = 0
    }
    comms.withLock { $0.begin() }
  }

  /// Has the worker do something, and reports what it shows until it is done.
  ///
  /// - Parameter compiled: The cell, or `nil` for a message to a comm.
  private func run(
    _ command: WorkerCommand, _ compiled: CompiledCell?, on worker: WorkerProcess,
    keepsNames: Bool, onInput: (InputRequest) -> InputReply, onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    guard start(command, on: worker) else { return .failed(.interrupted) }
    worker.reportEarlyEnd()
    defer { phase.withLock { $0.isRunning = false } }
    var errors = ""
    while true {
      switch mailbox.take() {
      case .event(let event):
        if case .stream(.standardError, let text) = event {
          errors = String((errors + text).suffix(4096))
        }
        note(event)
        onEvent(event)
      case .question(let request):
        worker.send(.answer(InputAnswer(onInput(request))))
      case .report(let report):
        if keepsNames, let compiled { commit(compiled, report, completed: worker.completed) }
        return outcome(of: report, compiled, completed: worker.completed)
      case .died(let death):
        return .failed(recover(from: death, compiled, errors: errors, onEvent))
      }
    }
  }

  /// Gives the worker its command, unless the user has interrupted before; then an interrupt finds
  /// the command before it.
  private func start(_ command: WorkerCommand, on worker: WorkerProcess) -> Bool {
    phase.withLock { phase in
      guard phase.interrupts == 0 else { return false }
      phase.isRunning = true
      mailbox.open()
      worker.send(command)
      return true
    }
  }

  private func commit(_ compiled: CompiledCell, _ report: WorkerReport, completed: Int) {
    switch report {
    case .finished: compiler.commit(compiled)
    case .threw: compiler.commit(compiled, completed: completed)
    default: break
    }
  }

  private func outcome(
    of report: WorkerReport, _ compiled: CompiledCell?, completed: Int
  ) -> CellOutcome {
    switch report {
    case .finished(let result): return .finished(result: result)
    case .threw(let type, let message):
      let line = compiled?.rewritten.line(after: completed)
      return .failed(
        .thrown(type: type, message: message, cell: compiled?.number ?? 0, line: line))
    case .unloadable(let reason):
      let message = "The cell was compiled but cannot be loaded: \(reason)."
      return .failed(CellFailure(name: "LoadError", message: message, traceback: [message]))
    default: return .finished(result: nil)
    }
  }
}

extension Result<WorkerProcess, CellFailure> {
  /// What comes of a worker, if there is one.
  fileprivate func outcome(_ body: (WorkerProcess) -> CellOutcome) -> CellOutcome {
    switch self {
    case .failure(let failure): .failed(failure)
    case .success(let worker): body(worker)
    }
  }
}

extension InputAnswer {
  fileprivate init(_ reply: InputReply) {
    switch reply {
    case .line(let text): self = .line(text)
    case .unavailable: self = .unavailable
    case .interrupted: self = .interrupted
    }
  }
}
