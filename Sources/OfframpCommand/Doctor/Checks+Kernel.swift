import CellSession
import Display
import FoundationEssentials
import Glibc

extension Checks {
  /// The kernel Jupyter would start: there, and able to start.
  static func kernel() -> Finding {
    guard let folder = KernelFolder.installed.first else {
      return .broken(
        "Kernel",
        "Jupyter knows no kernel called offramp in "
          + KernelFolder.searchPath.joined(separator: ", "),
        advice: "run `offramp install`")
    }
    let answer = try? Tool("\(folder)/bin/offramp").run(["--version"])
    guard let answer, answer.status == 0 else {
      return .broken(
        "Kernel", "\(folder)/bin/offramp does not start: \(answer?.firstLine ?? "not there")",
        advice: installAgain)
    }
    guard answer.firstLine == "Offramp \(OfframpCommand.version)" else {
      return .warning(
        "Kernel", "\(folder) holds \(answer.firstLine), this is \(OfframpCommand.version)",
        advice: "run `offramp install`")
    }
    return .good("Kernel", folder)
  }

  /// The modules cells import, beside the kernel Jupyter would start.
  static func modules() -> Finding {
    guard let folder = KernelFolder.installed.first else {
      return .broken("Modules", "no kernel, so no modules", advice: "run `offramp install`")
    }
    let files =
      KernelFiles.modules.map { "\($0).swiftmodule" }
      + KernelFiles.cModules.flatMap { ["\($0)/module.modulemap", "\($0)/\($0).h"] }
    let missing = files.filter { !Files.exists("\(folder)/modules/\($0)") }
    guard missing.isEmpty else {
      return .broken(
        "Modules", "\(folder)/modules lacks \(missing.joined(separator: ", "))",
        advice: "run `offramp install`")
    }
    return .good("Modules", KernelFiles.modules.joined(separator: " "))
  }

  /// A cell, compiled and run.
  static func cell() -> Finding {
    let advice = "mend what is broken above, then \(installAgain)"
    do {
      let session = CellSession(try CellSession.Configuration.discover())
      defer { session.shutdown() }
      let clock = ContinuousClock()
      var outcome = CellOutcome.finished(result: nil)
      let first = clock.measure {
        outcome = session.execute("import Offramp\nShape([6, 7]).count", number: 1) { _ in }
      }
      switch outcome {
      case .finished(let result?) where result.data["text/plain"] == .text("42"):
        let milliseconds = Int((first / .milliseconds(1)).rounded())
        return .good("Cell", "compiled and run in \(milliseconds) ms, the first of a session")
      case .finished(let result):
        return .broken("Cell", "6 × 7 came out as \(result.map(\.data) ?? [:])", advice: advice)
      case .failed(let failure):
        return .broken("Cell", "\(failure.name): \(failure.message)", advice: advice)
      }
    } catch {
      return .broken("Cell", (error as? CellFailure)?.message ?? "\(error)", advice: advice)
    }
  }

  /// A Jupyter to open notebooks with.
  static func jupyter() -> Finding {
    let own = KernelFolder.ownEnvironment + "/bin/jupyter"
    guard let jupyter = Tool(named: "jupyter") ?? (access(own, X_OK) == 0 ? Tool(own) : nil) else {
      return .warning(
        "Jupyter", "none on the PATH; `offramp run` runs notebooks without it",
        advice: "\(installAgain), or `pip install jupyterlab`")
    }
    let answer = try? jupyter.run(["--version"])
    let versions = (answer?.output ?? "").split(separator: "\n").compactMap { line in
      try? /(jupyterlab|jupyter_client) *: *([0-9].*)/.wholeMatch(in: line)
    }
    guard !versions.isEmpty else {
      return .warning(
        "Jupyter", "\(jupyter.path) does not run: \(answer?.firstLine ?? "cannot start")",
        advice: "\(installAgain), or `pip install jupyterlab`")
    }
    let list = versions.map { "\($0.1) \($0.2)" }.joined(separator: ", ")
    return .good("Jupyter", "\(list) in \(Files.parent(jupyter.path))")
  }
}
