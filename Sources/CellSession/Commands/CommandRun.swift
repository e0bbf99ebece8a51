import CellCompiler
import Display
import Glibc

/// One cell with commands, while it runs.
final class CommandRun {
  let session: CellSession
  let number: Int
  let onInput: (InputRequest) -> InputReply
  let onEvent: (CellEvent) -> Void
  /// The cell's Swift; a command may put other text in its place.
  var source: String
  /// Whether there is any.
  let hasSwift: Bool
  /// What is told about the cell's time, if asked for.
  var timing: CellTiming?

  init(
    _ cell: CommandCell, in session: CellSession, number: Int,
    onInput: @escaping (InputRequest) -> InputReply, onEvent: @escaping (CellEvent) -> Void
  ) {
    self.session = session
    self.number = number
    self.onInput = onInput
    self.onEvent = onEvent
    source = cell.source
    hasSwift = cell.hasSwift
  }

  /// Shows something.
  func show(_ bundle: MIMEBundle) { onEvent(.display(bundle, id: nil)) }

  /// Says something in a sentence.
  func say(_ text: String) { show(MIMEBundle(plain: text)) }

  /// Does what a line asks.
  func perform(_ line: CommandCell.Line) throws {
    switch line.content {
    case .shell(let text): try runShell(text)
    case .question(let name, let detail): try inspect(name, detail)
    case .command(let name, let arguments):
      guard let command = Command.named(name) else { throw Self.unknown(name) }
      if arguments == "?" || arguments == "--help" { return show(command.page) }
      try command.run(self, arguments)
    }
  }

  /// Runs the cell's Swift.
  func runSource() -> CellOutcome {
    guard hasSwift else { return .finished(result: nil) }
    timing?.start(session)
    let outcome = session.execute(source, number: number, onInput: onInput, onEvent: onEvent)
    if let text = timing?.text(session) { say(text) }
    return outcome
  }

  private static func unknown(_ name: String) -> CommandFailure {
    let list = "The commands are \(Command.all.map { "%\($0.name)" }.joined(separator: ", "))."
    let guess = Command.nearest(to: name).map { " Did you mean %\($0)?" } ?? ""
    return CommandFailure(
      name.isEmpty
        ? "A command's name stands right behind the %. \(list)"
        : "There is no command %\(name).\(guess) \(list)")
  }

  /// Refuses arguments of a command that has none.
  func expectNone(_ arguments: String, of command: String) throws {
    guard arguments.isEmpty else {
      throw CommandFailure("%\(command) takes no arguments, and got “\(arguments)”.")
    }
  }

  /// The folder that cells see as the current one.
  var folder: String {
    var bytes = [CChar](repeating: 0, count: 4096)
    let path = session.workerProcess.map { "/proc/\($0)/cwd" } ?? ""
    let count = readlink(path, &bytes, bytes.count - 1)
    guard count > 0 else { return session.configuration.workingDirectory ?? "." }
    return String(decoding: bytes.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Runs code of ours in the cells' process; no name of it remains.
  func evaluate(_ code: String) throws -> MIMEBundle {
    let last = session.commandState.lastCompilation
    defer { session.commandState.lastCompilation = last }
    switch session.evaluate(code) {
    case .success(let bundle): return bundle
    case .failure(let failure): throw failure
    }
  }
}

extension String {
  /// The text as a Swift literal.
  var literal: String {
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
