import ArgumentParser

@main
struct OfframpCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "offramp", abstract: "A Jupyter kernel for early-exit networks, in Swift.")
}
