import CellSession
import Display
import Glibc

extension Checks {
  /// A cell that crashes, and the variables after it.
  static func snapshot() -> Finding {
    let advice =
      "cells run, but one that crashes takes all variables along; see whether the system limits "
      + "processes or memory (`ulimit -a`)"
    do {
      let session = CellSession(try CellSession.Configuration.discover())
      defer { session.shutdown() }
      guard session.snapshotsEnabled else {
        return .warning(
          "Snapshots", "turned off by OFFRAMP_SNAPSHOTS", advice: "unset it to have them")
      }
      for (number, code) in ["var kept = 41", "kept = 0; exit(1)"].enumerated() {
        _ = session.execute("import Glibc\n\(code)", number: number + 1) { _ in }
      }
      guard case .finished(let result?) = session.execute("kept + 1", number: 3, onEvent: { _ in }),
        result.data["text/plain"] == .text("42")
      else {
        return .warning("Snapshots", "a variable was lost in a crash", advice: advice)
      }
      return .good("Snapshots", "a variable outlived the crash of a cell")
    } catch {
      return .broken(
        "Snapshots", (error as? CellFailure)?.message ?? "\(error)", advice: installAgain)
    }
  }

  /// What completes and explains code.
  static func completion() -> Finding {
    guard let folder = Toolchain.folder else {
      return .broken("Completion", "no toolchain, so no SourceKit", advice: installAgain)
    }
    let library = "\(folder)/lib/libsourcekitdInProc.so"
    guard access(library, R_OK) == 0 else {
      return .warning(
        "Completion", "\(library) is missing: Tab and Shift-Tab give nothing",
        advice: "install a complete toolchain from https://www.swift.org/install/linux")
    }
    return .good("Completion", library)
  }
}
