import ArgumentParser

/// `offramp bench`.
struct BenchGroup: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Time the engine or the kernel on this machine.",
    subcommands: [
      BenchCommand.self, GrowthCommand.self, LoadingCommand.self, KernelBenchCommand.self,
      SnapshotBenchCommand.self,
    ],
    defaultSubcommand: BenchCommand.self)
}
