import CellCompiler
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
  let mailbox = Mailbox()
  let phase: Mutex<Phase>
  let lateHandler = Mutex<(@Sendable (CellEvent) -> Void)?>(nil)
  let turn = Mutex(())
  let comms = Mutex(OpenComms())

  /// A session; its worker and compiler are made ready in the background.
  public init(_ configuration: Configuration) {
    self.configuration = configuration
    phase = Mutex(Phase(takesSnapshots: configuration.takesSnapshots))
    compiler = CellCompiler(
      modules: configuration.modules, executable: configuration.executable,
      cache: configuration.cache)
    if configuration.adoptsOrphans { Children.buryOrphans() }
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
    turn.withLock { _ in deliverInTurn(message, onInput: onInput, onEvent: onEvent) }
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

  /// Whether a snapshot is taken before each cell, so that one that crashes, or does not end when
  /// asked, costs no variable of the cells before.
  public var snapshotsEnabled: Bool {
    get { phase.withLock { $0.takesSnapshots } }
    set { phase.withLock { $0.takesSnapshots = newValue } }
  }

  /// Begins anew: a fresh process, and no names but the users' imports.
  ///
  /// - Parameter onEvent: Receives the ends of comms, whose other ends are gone.
  public func reset(onEvent: (CellEvent) -> Void = { _ in }) {
    turn.withLock { _ in
      let worker = phase.withLock { phase in
        defer { phase.worker = nil }
        return phase.worker
      }
      worker?.end()
      worker?.waitForEnd()
      endOrphans()
      closeComms(isRecovered: false, onEvent)
      compiler.forgetCells()
      _ = startWorker()
    }
  }

  /// The memory of the process that holds the cells' values; `nil` while there is none.
  public var workerMemory: WorkerMemory? {
    phase.withLock { $0.worker }.flatMap { WorkerMemory(of: $0.process) }
  }

  /// The last snapshot: how long it took, and the bytes of memory that it shared; `nil` if none has
  /// been taken, or the last could not be.
  var lastSnapshot: (duration: Duration, shared: Int)? {
    guard let notes = phase.withLock({ $0.worker })?.notes else { return nil }
    return notes.snapshotDuration.map { ($0, notes.snapshotSize) }
  }

  /// Whether the last snapshot could not be taken.
  var hasSnapshotFailed: Bool { phase.withLock { $0.worker }?.notes.hasSnapshotFailed ?? false }

  /// The process that holds the cells' values, while there is one.
  var workerProcess: pid_t? { phase.withLock { $0.worker }?.process }

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
      phase.stop?()
      defer { phase.worker = nil }
      return phase.worker
    }
    worker?.end()
    compiler.cancel()
    worker?.waitForEnd()
    turn.withLock { _ in compiler.close() }
    endOrphans()
  }

  /// Ends what cells have started and left behind.
  private func endOrphans() { if configuration.adoptsOrphans { Children.endOrphans() } }
}

/// What a session is doing.
struct Phase {
  var worker: WorkerProcess?
  var number = 0
  /// Whether a cell is compiled or runs.
  var isBusy = false
  /// How many cells there were.
  var turn = 0
  /// Whether a cell runs.
  var isRunning = false
  /// How often the cell was asked to end.
  var interrupts = 0
  var isShutDown = false
  var takesSnapshots: Bool
  /// Stops work of the session's own.
  var stop: (@Sendable () -> Void)?
}
