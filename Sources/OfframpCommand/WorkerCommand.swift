import ArgumentParser
import CellWorker
import Offramp

/// The process that runs cells; the kernel starts it.
struct WorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "Runs cells for the kernel.", shouldDisplay: false)

  func run() {
    NotebookIntegration.install()
    CellWorker.run()
  }
}
