import ArgumentParser
import Offramp

@main
struct OfframpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "offramp",
    abstract: "A Jupyter kernel for early-exit networks, in Swift.",
    version: "Offramp \(version)",
    subcommands: [
      KernelCommand.self, RunCommand.self, InstallCommand.self, UninstallCommand.self,
      DoctorCommand.self, WorkerCommand.self, InsightCommand.self, BenchGroup.self,
    ])

  /// The release, as `offramp --version` prints it.
  static let version = Provenance.release
}
