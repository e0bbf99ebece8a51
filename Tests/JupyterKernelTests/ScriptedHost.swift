import CellSession
import Display
import Glibc
import JupyterKernel
import Synchronization

/// Runs cells written as closures, found by their source.
final class ScriptedHost: CellHost {
  typealias Cell = @Sendable (ScriptedHost, (CellEvent) -> Void) -> CellOutcome
  typealias Asking = @Sendable ((InputRequest) -> InputReply, (CellEvent) -> Void) -> CellOutcome
  typealias Receiver = @Sendable (CommMessage, (CellEvent) -> Void) -> CellOutcome

  private let cells: [String: Cell]
  private let asking: [String: Asking]
  private let receiver: Receiver
  private let handler = Mutex<(@Sendable (CellEvent) -> Void)?>(nil)
  let executed = Mutex<[String]>([])
  let numbers = Mutex<[Int]>([])
  let delivered = Mutex<[CommMessage]>([])
  private let interrupted = Atomic<Bool>(false)
  private let shutDown = Atomic<Bool>(false)

  var isInterrupted: Bool { interrupted.load(ordering: .sequentiallyConsistent) }
  var isShutDown: Bool { shutDown.load(ordering: .sequentiallyConsistent) }

  init(
    _ cells: [String: Cell] = [:], asking: [String: Asking] = [:],
    receiver: @escaping Receiver = { message, emit in
      if case .open = message.kind { emit(.comm(CommMessage(.close, id: message.id))) }
      return .finished(result: nil)
    }
  ) {
    self.cells = cells.merging(Self.common) { own, _ in own }
    self.asking = asking
    self.receiver = receiver
  }

  func execute(
    _ code: String, number: Int, onInput: (InputRequest) -> InputReply,
    onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    executed.withLock { $0.append(code) }
    numbers.withLock { $0.append(number) }
    interrupted.store(false, ordering: .sequentiallyConsistent)
    if let cell = asking[code] { return cell(onInput, onEvent) }
    guard let cell = cells[code] else { return .finished(result: MIMEBundle(plain: code)) }
    return cell(self, onEvent)
  }

  func deliver(
    _ message: CommMessage, onInput: (InputRequest) -> InputReply, onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    delivered.withLock { $0.append(message) }
    return receiver(message, onEvent)
  }

  /// Completes the letters before the cursor with themselves and `ish`.
  func complete(_ code: String, at position: Int) -> Completion {
    let word = code.unicodeScalars.prefix(position).reversed().prefix { $0.properties.isAlphabetic }
    let text = String(String.UnicodeScalarView(word.reversed()))
    let items = ["", "ish"].map {
      Completion.Item(text: text + $0, kind: "function", signature: "() -> Int")
    }
    return Completion(items: text.isEmpty ? [] : items, range: position - word.count..<position)
  }

  func inspect(_ code: String, at position: Int, detail: InspectionDetail) -> MIMEBundle? {
    code.isEmpty ? nil : MIMEBundle(plain: "\(code) at \(position), \(detail)")
  }

  func evaluate(_ expression: String) -> Result<MIMEBundle, CellFailure> {
    switch expression {
    case "unknown":
      .failure(.init(name: "CompileError", message: "cannot find `unknown`", traceback: ["…"]))
    case "picture": .success(Self.picture)
    default: .success(MIMEBundle(plain: "value of \(expression)"))
    }
  }

  private static let picture = MIMEBundle(
    plain: "dot", ["image/png": .bytes([1, 2, 3]), "application/json": .json(#"{"a":1}"#)],
    metadata: ["image/png": #"{"width":1}"#])

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
