import ArgumentParser
import CellSession
import Display
import JupyterKernel

/// `offramp kernel`, which Jupyter starts.
struct KernelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel", abstract: "Serve Jupyter front ends; Jupyter starts this itself.",
    discussion: """
      Listens where the connection file says until a front end asks for the end, on SIGTERM, or \
      when the Jupyter that started it has gone. SIGINT interrupts the running cell. Given a \
      registration file instead, it chooses its own ports and tells the launcher.

      Cells are remembered across sessions in offramp/history.sqlite in the user's data folder; \
      OFFRAMP_HISTORY names another file, or :memory: for none.
      """)

  @Option(name: .long, help: "The file with addresses and key that Jupyter wrote.")
  var connectionFile: String

  func run() throws {
    let kernel = try Kernel(
      connectionFile: connectionFile, host: Self.host,
      identity: KernelIdentity(version: OfframpCommand.version, swiftVersion: Self.swiftVersion),
      history: .user)
    try kernel.run()
  }

  /// A session; where none can be had, every cell says why.
  private static var host: any CellHost {
    do {
      var configuration = try CellSession.Configuration.discover()
      configuration.adoptsOrphans = true
      return CellSession(configuration)
    } catch {
      let failure = error as? CellFailure
      return BrokenHost(failure ?? CellFailure(describing: error))
    }
  }

  /// The language of the compiler that built this program; cells need the same one.
  private static var swiftVersion: String {
    #if compiler(>=6.4)
      "6.4"
    #elseif compiler(>=6.3)
      "6.3"
    #elseif compiler(>=6.2)
      "6.2"
    #else
      "6.1"
    #endif
  }
}

/// Stands in when cells cannot be run at all: the kernel answers, and each cell tells the reason.
private final class BrokenHost: CellHost {
  private let failure: CellFailure

  init(_ failure: CellFailure) { self.failure = failure }

  func execute(
    _ code: String, number: Int, onInput: (InputRequest) -> InputReply,
    onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    .failed(failure)
  }

  func deliver(
    _ message: CommMessage, onInput: (InputRequest) -> InputReply, onEvent: (CellEvent) -> Void
  ) -> CellOutcome {
    .failed(failure)
  }

  func complete(_ code: String, at position: Int) -> Completion {
    Completion(items: [], range: position..<position)
  }

  func inspect(_ code: String, at position: Int, detail: InspectionDetail) -> MIMEBundle? { nil }

  func evaluate(_ expression: String) -> Result<MIMEBundle, CellFailure> { .failure(failure) }

  func interrupt() {}

  func lateOutput(_ handler: @escaping @Sendable (CellEvent) -> Void) {}

  func shutdown() {}

  static func completeness(of code: String) -> Completeness {
    CellSession.completeness(of: code)
  }
}

extension CellFailure {
  fileprivate init(describing error: any Error) {
    self.init(name: "SetupError", message: "\(error)", traceback: ["\(error)"])
  }
}
