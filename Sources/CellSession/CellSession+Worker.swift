import CellCompiler
import Synchronization

extension CellSession {
  /// The worker, or a new one where there is none.
  func readyWorker() -> Result<WorkerProcess, CellFailure> {
    phase.withLock { $0.worker }.map { .success($0) } ?? startWorker()
  }

  /// Starts a new worker if the last has ended between cells, and says so.
  func replaceDeadWorker(_ onEvent: (CellEvent) -> Void) {
    guard let worker = phase.withLock({ $0.worker }), !worker.isRunning else { return }
    phase.withLock { $0.worker = nil }
    let loss = CrashReport.loss(of: compiler.liveCells)
    compiler.forgetCells()
    closeComms(isRecovered: false, onEvent)
    onEvent(.stream(.standardError, "The cells' process ended between cells. \(loss)\n"))
  }

  /// The failure of a cell in which the worker died; without a snapshot to take over, all cells are
  /// forgotten and a new worker is started.
  func recover(
    from death: WorkerDeath, _ compiled: CompiledCell?, errors: String,
    _ onEvent: (CellEvent) -> Void
  ) -> CellFailure {
    closeComms(isRecovered: death.isRecovered, onEvent)
    let frames = compiler.frames(of: Array(death.frames.prefix(40))).compactMap { $0 }
    let lost = compiler.liveCells
    if !death.isRecovered {
      phase.withLock { $0.worker = nil }
      compiler.forgetCells()
      _ = startWorker()
    }
    return CrashReport(
      death: death, cell: compiled, cells: lost, errorOutput: errors,
      frames: frames.withoutRepetitions
    ).failure
  }

  /// Follows comms.
  func note(_ event: CellEvent) {
    if case .comm(let message) = event { comms.withLock { $0.note(message) } }
  }

  /// Tells the front end which comms are gone with the cells' process.
  func closeComms(isRecovered: Bool, _ onEvent: (CellEvent) -> Void) {
    let lost = comms.withLock { $0.lose(isRecovered: isRecovered) }
    for message in lost { onEvent(.comm(message)) }
  }

  @discardableResult
  func startWorker() -> Result<WorkerProcess, CellFailure> {
    let late: @Sendable (CellEvent) -> Void = { [weak self] event in
      guard let self else { return }
      note(event)
      lateHandler.withLock { $0 }?(event)
    }
    let result = WorkerStarter(configuration: configuration, mailbox: mailbox, late: late).start()
    guard case .success(let worker) = result else { return result }
    let isWanted = phase.withLock { phase in
      if !phase.isShutDown { phase.worker = worker }
      return !phase.isShutDown
    }
    if isWanted { return result }
    worker.end()
    worker.waitForEnd()
    let message = "The session has been shut down."
    return .failure(CellFailure(name: "ShutDown", message: message, traceback: [message]))
  }
}

extension [String] {
  /// Each run of equal elements once.
  fileprivate var withoutRepetitions: [String] {
    indices.filter { $0 == 0 || self[$0] != self[$0 - 1] }.map { self[$0] }
  }
}
