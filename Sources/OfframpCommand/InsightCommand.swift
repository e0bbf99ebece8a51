import ArgumentParser
import CellSession

/// The process behind completion and inspection; the kernel starts it.
struct InsightCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "insight", abstract: "Completes and explains names for the kernel.",
    shouldDisplay: false)

  @Argument(help: "The toolchain's libsourcekitdInProc.so.")
  var library: String

  func run() { CellSession.answerQuestions(library: library) }
}
