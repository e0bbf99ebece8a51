import ArgumentParser
import JupyterProtocol

/// `offramp doctor`.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check every part, and say what to do about what is wrong.")

  @Flag(name: .long, help: "Print the findings as JSON.")
  var json = false

  func run() throws {
    var findings: [Finding] = []
    for check in Checks.all {
      let finding = check()
      findings.append(finding)
      if !json { print(finding) }
    }
    if json { print(document(findings)) }
    let broken = findings.count { $0.status == .broken }
    guard broken == 0 else {
      if !json { print("\n\(broken) of \(findings.count) parts are broken.") }
      throw ExitCode.failure
    }
    if !json { print("\nOfframp \(OfframpCommand.version) is ready.") }
  }

  private func document(_ findings: [Finding]) -> JSON {
    ["version": .string(OfframpCommand.version), "checks": .array(findings.map(\.json))]
  }
}
