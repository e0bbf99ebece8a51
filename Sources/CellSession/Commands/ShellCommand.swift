import CellCompiler
import Display
import Glibc

extension CommandRun {
  /// Runs a line in a shell, in the cells' folder, and shows what it writes.
  func runShell(_ line: String) throws {
    let process = LiveProcess()
    var decoders = [UTF8Decoder(), UTF8Decoder()]
    let environment = session.configuration.environment
      .merging(session.commandState.environment) { $1 }
    func show(_ text: String, _ stream: LiveProcess.Stream) {
      if !text.isEmpty {
        onEvent(.stream(stream == .output ? .standardOutput : .standardError, text))
      }
    }
    let status: Int32
    do {
      status = try session.interruptible(by: { process.cancel() }) {
        try process.run(["/bin/sh", "-c", line], in: folder, environment: environment) {
          show(decoders[$0.rawValue].decode($1), $0)
        }
      }
    } catch { throw CommandFailure("\(error)") }
    for stream in [LiveProcess.Stream.output, .error] {
      show(decoders[stream.rawValue].finish(), stream)
    }
    if process.isCancelled { throw CellFailure.interrupted }
    guard status == 0 else { throw Self.failure(of: line, status: status) }
  }

  private static func failure(of line: String, status: Int32) -> CommandFailure {
    let end =
      status > 0
      ? "ended with status \(status)"
      : "was ended by signal \(-status) (\(String(cString: strsignal(-status))))"
    return CommandFailure("“\(line)” \(end).", name: "ShellError")
  }
}
