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
  private let configuration: Configuration
  private let compiler: CellCompiler
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
  ///   - onEvent: Receives what the cell shows, in order, in the calling thread.
  /// - Returns: How the cell ended. Every event has been reported before.
  public func execute(_ code: String, number: Int, onEvent: (CellEvent) -> Void) -> CellOutcome {
    turn.withLock { _ in
      let cell = ParsedCell(code)
      if cell.isEmpty { return .finished(result: nil) }
      return run(cell, number: number, keepsNames: true, onEvent: onEvent)
    }
  }

  /// The value of an expression in the session, as the front end's `user_expressions` asks for it.
  public func evaluate(_ expression: String) -> Result<MIMEBundle, CellFailure> {
    turn.withLock { _ in
      let number = phase.withLock { $0.number }
      let outcome = run(ParsedCell(expression), number: number, keepsNames: false) { event in
        lateHandler.withLock { $0 }?(event)
      }
      return switch outcome {
      case .finished(let result): .success(result ?? MIMEBundle(plain: ""))
      case .failed(let failure): .failure(failure)
      }
    }
  }

  /// Asks the running cell to end: the compiler is stopped at once; running code is asked through
  /// `Interrupt`; a second call within the same cell ends the worker.
  public func interrupt() {
    phase.withLock { phase in
      guard phase.isBusy else { return }
      phase.interrupts += 1
      if !phase.isRunning {
        compiler.cancel()
      } else if phase.interrupts == 1 {
        phase.worker?.send(.interrupt)
      } else {
        phase.worker?.kill()
      }
    }
  }

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
  var isRunning = false
  var interrupts = 0
  var isShutDown = false
}

// MARK: Running

extension CellSession {
  private func run(
    _ cell: ParsedCell, number: Int, keepsNames: Bool, onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    begin(number: number)
    defer { phase.withLock { $0.isBusy = false } }
    replaceDeadWorker(onEvent)
    let compiled: CompiledCell
    do {
      compiled = try compiler.compile(cell, number: number)
    } catch {
      return .failed(CellFailure(error))
    }
    if let notice = compiled.notice { onEvent(.stream(.standardError, "\(notice)\n")) }
    switch readyWorker() {
    case .failure(let failure): return .failed(failure)
    case .success(let worker):
      return run(compiled, number: number, on: worker, keepsNames: keepsNames, onEvent: onEvent)
    }
  }

  private func begin(number: Int) {
    phase.withLock { phase in
      phase.number = number
      phase.isBusy = true
      phase.interrupts = 0
    }
  }

  private func run(
    _ compiled: CompiledCell, number: Int, on worker: WorkerProcess, keepsNames: Bool,
    onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    let isInterrupted = phase.withLock { phase in
      phase.isRunning = true
      return phase.interrupts > 0
    }
    defer { phase.withLock { $0.isRunning = false } }
    if isInterrupted { return .failed(.interrupted) }
    mailbox.open()
    worker.send(.run(library: compiled.library, entry: compiled.entry))
    var tail = ""
    while true {
      switch mailbox.take() {
      case .event(let event):
        if case .stream(.standardError, let text) = event {
          tail = String((tail + text).suffix(4096))
        }
        onEvent(event)
      case .report(let report):
        if keepsNames { commit(compiled, report, completed: worker.completed) }
        return outcome(of: report, compiled, number: number, completed: worker.completed)
      case .died(let death):
        return .failed(recover(from: death, compiled, number: number, errors: tail))
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
    of report: WorkerReport, _ compiled: CompiledCell, number: Int, completed: Int
  ) -> CellOutcome {
    switch report {
    case .finished(let result): return .finished(result: result)
    case .threw(let type, let message):
      let line = compiled.rewritten.line(after: completed)
      return .failed(.thrown(type: type, message: message, cell: number, line: line))
    case .unloadable(let reason):
      let message = "The cell was compiled but cannot be loaded: \(reason)."
      return .failed(CellFailure(name: "LoadError", message: message, traceback: [message]))
    default: return .finished(result: nil)
    }
  }

  private func recover(
    from death: WorkerDeath, _ compiled: CompiledCell, number: Int, errors: String
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
      death: death, cell: compiled, number: number, lostCells: lost, errorOutput: errors,
      wasKilledByUser: interrupts > 1, locations: locations.withoutRepetitions)
    return report.failure
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
    phase.withLock { phase in
      if case .success(let worker) = result { phase.worker = worker }
    }
    return result
  }
}
