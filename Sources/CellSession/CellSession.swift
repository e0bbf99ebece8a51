import CellCompiler
import CellWorker
public import Display
import Glibc
import Synchronization

/// A conversation in cells: compiles them, runs them in a process of their own, reports what they
/// show, and survives them.
///
/// The work is done in the calling thread; one thread at a time calls ``execute(_:number:onEvent:)``
/// and ``evaluate(_:)``. ``interrupt()`` may be called from any thread at any time.
public final class CellSession: @unchecked Sendable {
  let configuration: Configuration
  /// Compiles one cell at a time; what it knows of earlier cells may be read from any thread.
  let compiler: CellCompiler
  /// What the commands of cells have set; the thread that runs cells owns it.
  let commandState = CommandState()
  private let mailbox = Mailbox()
  private let phase = Mutex(Phase())
  private let lateHandler = Mutex<(@Sendable (CellEvent) -> Void)?>(nil)
  private let turn = Mutex(())

  /// A session; its worker and compiler are made ready in the background.
  public init(_ configuration: Configuration) {
    self.configuration = configuration
    compiler = CellCompiler(
      modules: configuration.modules, executable: configuration.executable,
      cache: configuration.cache)
    _ = startWorker()
    startThread { [compiler] in compiler.warm() }
  }

  deinit { shutdown() }

  /// Compiles and runs a cell.
  ///
  /// - Parameters:
  ///   - code: The cell's Swift source.
  ///   - number: The cell's number, as shown in `In[number]`.
  ///   - onInput: Answers the cell when it asks for a line of text, in the calling thread.
  ///   - onEvent: Receives what the cell shows, in order, in the calling thread.
  /// - Returns: How the cell ended. Every event has been reported before.
  public func execute(
    _ code: String, number: Int, onInput: (InputRequest) -> InputReply = { _ in .unavailable },
    onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    if let outcome = runCommand(code, number: number, onInput: onInput, onEvent: onEvent) {
      return outcome
    }
    return turn.withLock { _ in
      let cell = ParsedCell(code)
      if cell.isEmpty { return .finished(result: nil) }
      return run(cell, number: number, keepsNames: true, onInput: onInput, onEvent: onEvent)
    }
  }

  /// Hands a front end's message to the receiver of its comm in the worker.
  ///
  /// - Returns: How that ended; a receiver may throw or crash like a cell.
  public func deliver(
    _ message: CommMessage, onInput: (InputRequest) -> InputReply = { _ in .unavailable },
    onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    turn.withLock { _ in
      begin(number: phase.withLock { $0.number })
      defer { phase.withLock { $0.isBusy = false } }
      replaceDeadWorker(onEvent)
      return readyWorker().outcome { worker in
        run(
          .deliver(message), nil, on: worker, keepsNames: false, onInput: onInput, onEvent: onEvent)
      }
    }
  }

  /// The value of an expression in the session, as the front end's `user_expressions` asks for it.
  public func evaluate(_ expression: String) -> Result<MIMEBundle, CellFailure> {
    turn.withLock { _ in
      let number = phase.withLock { $0.number }
      let outcome = run(
        ParsedCell(expression), number: number, keepsNames: false, onInput: { _ in .unavailable },
        onEvent: { event in lateHandler.withLock { $0 }?(event) })
      return switch outcome {
      case .finished(let result): .success(result ?? MIMEBundle(plain: ""))
      case .failed(let failure): .failure(failure)
      }
    }
  }

  /// Begins anew: a fresh process, and no names but the users' imports.
  public func reset() {
    turn.withLock { _ in
      let worker = phase.withLock { phase in
        defer { phase.worker = nil }
        return phase.worker
      }
      worker?.kill()
      worker?.waitForEnd()
      compiler.forgetCells()
      _ = startWorker()
    }
  }

  /// The memory of the process that holds the cells' values; `nil` while there is none.
  public var workerMemory: WorkerMemory? {
    phase.withLock { $0.worker }.flatMap { WorkerMemory(of: $0.process) }
  }

  /// The process that holds the cells' values, while there is one.
  var workerProcess: pid_t? { phase.withLock { $0.worker }?.process }

  /// Runs a piece of work of the session's own, during which ``interrupt()`` calls `stop`.
  func interruptible<Value, Failure: Error>(
    by stop: @escaping @Sendable () -> Void, _ body: () throws(Failure) -> Value
  ) throws(Failure) -> Value {
    phase.withLock { $0.stop = stop }
    defer { phase.withLock { $0.stop = nil } }
    return try body()
  }

  /// Asks the running cell to end: the compiler is stopped at once; running code is asked through
  /// `Interrupt`; a second call within the same cell ends the worker.
  public func interrupt() {
    phase.withLock { phase in
      phase.stop?()
      guard phase.isBusy else { return }
      phase.interrupts += 1
      if !phase.isRunning {
        compiler.cancel()
      } else if phase.interrupts == 1 {
        phase.worker?.send(.interrupt)
        adviseAfterGrace(turn: phase.turn)
      } else {
        phase.worker?.kill()
      }
    }
  }

  /// Tells the user of a cell that goes on after an interrupt what a second one does.
  private func adviseAfterGrace(turn: Int) {
    startThread { [weak self, mailbox] in
      sleep(Self.grace)
      let isStuck = self?.phase.withLock { $0.turn == turn && $0.isRunning && $0.interrupts == 1 }
      guard isStuck == true else { return }
      let advice =
        "The cell has been asked to end but does not look (`try Interrupt.check()` does). Interrupt "
        + "again to end its process; all variables will be lost.\n"
      _ = mailbox.post(.event(.stream(.standardError, advice)))
    }
  }

  /// Seconds that a cell has to heed an interrupt before its user is advised.
  private static let grace: UInt32 = 2

  /// Receives output that arrives between cells, from threads and tasks that outlive theirs.
  ///
  /// - Parameter handler: Called from a thread of the session, never while a cell runs.
  public func lateOutput(_ handler: @escaping @Sendable (CellEvent) -> Void) {
    lateHandler.withLock { $0 = handler }
  }

  /// Ends the worker and every process of the session, and returns when they are gone.
  public func shutdown() {
    let worker = phase.withLock { phase in
      phase.isShutDown = true
      defer { phase.worker = nil }
      return phase.worker
    }
    compiler.cancel()
    worker?.kill()
    worker?.waitForEnd()
    turn.withLock { _ in compiler.close() }
  }
}

/// What the session is doing.
private struct Phase {
  var worker: WorkerProcess?
  var number = 0
  var isBusy = false
  var turn = 0
  var isRunning = false
  var interrupts = 0
  var isShutDown = false
  var stop: (@Sendable () -> Void)?
}

// MARK: Running

extension CellSession {
  private func run(
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
    let command = WorkerCommand.run(library: compiled.library, entry: compiled.entry)
    return readyWorker().outcome { worker in
      run(command, compiled, on: worker, keepsNames: keepsNames, onInput: onInput, onEvent: onEvent)
    }
  }

  private func begin(number: Int) {
    phase.withLock { phase in
      phase.number = number
      phase.isBusy = true
      phase.turn += 1
      phase.interrupts = 0
    }
  }

  /// Has the worker do something, and reports what it shows until it is done.
  ///
  /// - Parameter compiled: The cell, or `nil` for a message to a comm.
  private func run(
    _ command: WorkerCommand, _ compiled: CompiledCell?, on worker: WorkerProcess,
    keepsNames: Bool, onInput: (InputRequest) -> InputReply,
    onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    let isInterrupted = phase.withLock { phase in
      phase.isRunning = true
      return phase.interrupts > 0
    }
    defer { phase.withLock { $0.isRunning = false } }
    if isInterrupted { return .failed(.interrupted) }
    mailbox.open()
    worker.send(command)
    var tail = ""
    while true {
      switch mailbox.take() {
      case .event(let event):
        if case .stream(.standardError, let text) = event {
          tail = String((tail + text).suffix(4096))
        }
        onEvent(event)
      case .question(let request):
        worker.send(.answer(InputAnswer(onInput(request))))
      case .report(let report):
        if keepsNames, let compiled { commit(compiled, report, completed: worker.completed) }
        return outcome(of: report, compiled, completed: worker.completed)
      case .died(let death):
        return .failed(recover(from: death, compiled, errors: tail))
      }
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

  private func recover(
    from death: WorkerDeath, _ compiled: CompiledCell?, errors: String
  ) -> CellFailure {
    let interrupts = phase.withLock { phase in
      phase.worker = nil
      return phase.interrupts
    }
    let lost = compiler.liveCells
    let locations = compiler.locations(of: Array(death.frames.prefix(40))).compactMap { $0 }
    compiler.forgetCells()
    _ = startWorker()
    let report = CrashReport(
      death: death, cell: compiled, lostCells: lost, errorOutput: errors,
      wasKilledByUser: interrupts > 1, locations: locations.withoutRepetitions)
    return report.failure
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

extension [String] {
  /// Each run of equal elements once.
  fileprivate var withoutRepetitions: [String] {
    indices.filter { $0 == 0 || self[$0] != self[$0 - 1] }.map { self[$0] }
  }
}

// MARK: The worker

extension CellSession {
  private func readyWorker() -> Result<WorkerProcess, CellFailure> {
    phase.withLock { $0.worker }.map { .success($0) } ?? startWorker()
  }

  /// Starts a new worker if the last has ended between cells, and says so.
  private func replaceDeadWorker(_ onEvent: (CellEvent) -> Void) {
    guard let worker = phase.withLock({ $0.worker }), !worker.isRunning else { return }
    phase.withLock { $0.worker = nil }
    let loss = CrashReport.loss(of: compiler.liveCells)
    compiler.forgetCells()
    onEvent(.stream(.standardError, "The cells' process ended between cells. \(loss)\n"))
  }

  private func startWorker() -> Result<WorkerProcess, CellFailure> {
    let late: @Sendable (CellEvent) -> Void = { [weak self] event in
      self?.lateHandler.withLock { $0 }?(event)
    }
    let result = WorkerProcess.start(configuration, mailbox: mailbox, late: late)
    guard case .success(let worker) = result else { return result }
    let isWanted = phase.withLock { phase in
      if !phase.isShutDown { phase.worker = worker }
      return !phase.isShutDown
    }
    if isWanted { return result }
    worker.kill()
    worker.waitForEnd()
    let message = "The session has been shut down."
    return .failure(CellFailure(name: "ShutDown", message: message, traceback: [message]))
  }
}
