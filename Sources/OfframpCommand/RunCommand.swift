import ArgumentParser
import CellSession
import Glibc

/// `offramp run`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a notebook, or a Swift file of cells, without Jupyter.",
    discussion: """
      A Swift file is cut into cells at lines that begin with `// %%`. What the cells show is \
      printed as text; the first cell that fails ends the run, unless the notebook tags it \
      raises-exception. A cell that asks for input is answered at the terminal. Control-C \
      interrupts the running cell.
      """)

  @Argument(help: "A notebook (.ipynb) or a Swift file.")
  var file: String

  @Flag(name: .long, help: "Write the outputs into the notebook.")
  var save = false

  func run() throws {
    guard !save || file.hasSuffix(".ipynb") else {
      throw Failure("--save writes outputs into a notebook, and \(file) is not one (.ipynb).")
    }
    var notebook = try file.hasSuffix(".ipynb") ? Notebook(readingFrom: file) : nil
    let cells = try notebook?.code ?? SwiftFile.cells(of: file)
    // Before the session starts its threads, which would take Control-C for themselves.
    let controlC = ControlC()
    let session = try CellSession(configuration())
    defer { session.shutdown() }
    controlC.forward(to: session)
    let failure = execute(cells, in: session, recordingIn: &notebook)
    if save { try notebook?.write(to: file) }
    if failure != nil { throw ExitCode.failure }
  }

  /// Runs cells until one fails.
  private func execute(
    _ cells: [String], in session: CellSession, recordingIn notebook: inout Notebook?
  ) -> CellFailure? {
    for (index, code) in cells.enumerated() {
      var printer = CellPrinter()
      var record = CellRecord(number: index + 1)
      let outcome = session.execute(code, number: index + 1, onInput: Self.answer) { event in
        printer.show(event)
        record.add(event)
      }
      printer.finish(outcome)
      record.finish(outcome)
      notebook?.record(record, at: index)
      if case .failed(let failure) = outcome, notebook?.showsError(at: index) != true {
        return failure
      }
    }
    return nil
  }

  /// Asks at the terminal, if there is one.
  private static func answer(_ request: InputRequest) -> InputReply {
    guard isatty(STDIN_FILENO) == 1 else { return .unavailable }
    if request.isSecret {
      guard let text = getpass(request.prompt) else { return .unavailable }
      return .line(String(cString: text))
    }
    print(request.prompt, terminator: "")
    fflush(nil)
    return Swift.readLine().map(InputReply.line) ?? .unavailable
  }

  private func configuration() throws -> CellSession.Configuration {
    do {
      var configuration = try CellSession.Configuration.discover()
      configuration.adoptsOrphans = true
      // As under Jupyter, a notebook's paths are relative to it.
      if file.hasSuffix(".ipynb") {
        configuration.workingDirectory = Files.parent(
          Files.absolute(file, home: Environment.home))
      }
      return configuration
    } catch let failure as CellFailure {
      throw Failure(failure.message)
    }
  }
}

/// Control-C, held back from this process and passed on to the running cell.
private struct ControlC {
  private static var signals: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGINT)
    return signals
  }

  /// Holds it back, in this thread and all that it starts.
  init() {
    var signals = Self.signals
    pthread_sigmask(SIG_BLOCK, &signals, nil)
  }

  /// Starts a thread that waits for it.
  func forward(to session: CellSession) {
    var thread = pthread_t()
    pthread_create(
      &thread, nil,
      { argument in
        let session = Unmanaged<CellSession>.fromOpaque(argument!).takeRetainedValue()
        var signals = ControlC.signals
        var signal: Int32 = 0
        while sigwait(&signals, &signal) == 0 { session.interrupt() }
        return nil
      }, Unmanaged.passRetained(session).toOpaque())
    pthread_detach(thread)
  }
}
