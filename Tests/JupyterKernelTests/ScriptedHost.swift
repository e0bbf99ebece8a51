import CellSession
import Display
import Glibc
import JupyterKernel
import Synchronization

/// Runs cells written as closures, found by their source.
final class ScriptedHost: CellHost {
  typealias Cell = @Sendable (ScriptedHost, (CellEvent) -> Void) -> CellOutcome

  private let cells: [String: Cell]
  private let handler = Mutex<(@Sendable (CellEvent) -> Void)?>(nil)
  let executed = Mutex<[String]>([])
  let numbers = Mutex<[Int]>([])
  private let interrupted = Atomic<Bool>(false)
  private let shutDown = Atomic<Bool>(false)

  var isInterrupted: Bool { interrupted.load(ordering: .sequentiallyConsistent) }
  var isShutDown: Bool { shutDown.load(ordering: .sequentiallyConsistent) }

  init(_ cells: [String: Cell] = [:]) {
    self.cells = cells.merging(Self.common) { own, _ in own }
  }

  func execute(
    _ code: String, number: Int, onInput: (InputRequest) -> InputReply,
    onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    executed.withLock { $0.append(code) }
    numbers.withLock { $0.append(number) }
    interrupted.store(false, ordering: .sequentiallyConsistent)
    guard let cell = cells[code] else { return .finished(result: MIMEBundle(plain: code)) }
    return cell(self, onEvent)
  }

  func deliver(
    _ message: CommMessage, onInput: (InputRequest) -> InputReply, onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    .finished(result: nil)
  }

  func complete(_ code: String, at position: Int) -> Completion {
    Completion(items: [], range: position..<position)
  }

  func inspect(_ code: String, at position: Int, detail: InspectionDetail) -> MIMEBundle? { nil }

  func evaluate(_ expression: String) -> Result<MIMEBundle, CellFailure> {
    expression == "unknown"
      ? .failure(.init(name: "CompileError", message: "cannot find `unknown`", traceback: ["…"]))
      : .success(MIMEBundle(plain: "value of \(expression)"))
  }

  func interrupt() { interrupted.store(true, ordering: .sequentiallyConsistent) }

  func lateOutput(_ handler: @escaping @Sendable (CellEvent) -> Void) {
    self.handler.withLock { $0 = handler }
  }

  func emitLate(_ event: CellEvent) { handler.withLock { $0 }?(event) }

  func shutdown() { shutDown.store(true, ordering: .sequentiallyConsistent) }

  static func completeness(of code: String) -> Completeness {
    code.hasSuffix("{") ? .incomplete(indent: "  ") : code == "let = 7" ? .invalid : .complete
  }

  static let boom = CellFailure(name: "Boom", message: "it failed", traceback: ["In[1]:1", "Boom"])

  /// Runs until it is interrupted or the host is shut down.
  static let forever: Cell = { host, emit in
    emit(.stream(.standardOutput, "started\n"))
    while !host.isInterrupted {
      if host.isShutDown { break }
      usleep(1000)
    }
    return .failed(.init(name: "Interrupted", message: "the cell was interrupted", traceback: []))
  }

  private static let common: [String: Cell] = [
    "nothing": { _, _ in .finished(result: nil) },
    "boom": { _, _ in .failed(boom) },
    "forever": forever,
    "hello": { _, emit in
      emit(.stream(.standardOutput, "hello, world\n"))
      return .finished(result: nil)
    },
  ]
}
