import CSodium
import CZeroMQ
import Tensors

/// The parts the doctor looks at, from the ground up.
enum Checks {
  static var all: [() -> Finding] {
    [
      toolchain, compiler, linker, messages, engine, speed, kernel, modules, cell, snapshot,
      completion, jupyter,
    ]
  }

  /// What to do about most things.
  static let installAgain = "run `bash kernelspec/install.sh` in the checkout again"

  // MARK: Toolchain

  private static let toolchainAdvice =
    "install Swift 6.1 or newer from https://www.swift.org/install/linux, put its usr/bin on the "
    + "PATH, then \(installAgain)"

  private static func toolchain() -> Finding {
    guard let folder = Toolchain.folder else {
      return .broken("Toolchain", Toolchain.whyMissing, advice: toolchainAdvice)
    }
    let answer = try? Tool("\(folder)/bin/swiftc").run(["--version"])
    guard let match = answer?.output.firstMatch(of: /Swift version (\d+)\.(\d+)[^ ]*/),
      let major = Int(match.1), let minor = Int(match.2)
    else {
      return .broken(
        "Toolchain", "\(folder)/bin/swiftc does not run: \(answer?.firstLine ?? "cannot start")",
        advice: toolchainAdvice)
    }
    guard (major, minor) >= (6, 1) else {
      return .broken("Toolchain", "\(match.0) in \(folder) is too old", advice: toolchainAdvice)
    }
    return .good("Toolchain", "\(match.0) in \(folder)")
  }

  private static func compiler() -> Finding { part("Compiler", "swift-frontend") }
  private static func linker() -> Finding { part("Linker", "ld.lld") }

  /// A program of the toolchain that cells are made with.
  private static func part(_ name: String, _ program: String) -> Finding {
    guard let folder = Toolchain.folder else {
      return .broken(name, "no toolchain, so no \(program)", advice: toolchainAdvice)
    }
    let path = "\(folder)/bin/\(program)"
    let answer = try? Tool(path).run(["--version"])
    guard let answer, answer.status == 0 else {
      return .broken(
        name, "\(path) does not run: \(answer?.firstLine ?? "cannot start")",
        advice: "install the packages Swift needs: \(installAgain)")
    }
    return .good(name, answer.firstLine.prefix { $0 != "(" } + "in \(folder)/bin")
  }

  // MARK: Libraries

  private static func messages() -> Finding {
    var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
    zmq_version(&major, &minor, &patch)
    let sodium = sodium_version_string().map { String(cString: $0) } ?? "?"
    let detail = "libzmq \(major).\(minor).\(patch), libsodium \(sodium)"
    guard (major, minor) >= (4, 2) else {
      return .broken(
        "Messages", "\(detail): libzmq 4.2 is the oldest that serves", advice: "upgrade libzmq5")
    }
    return .good("Messages", detail)
  }

  private static func engine() -> Finding {
    .good(
      "Engine",
      "oneDNN \(Engine.version), \(Engine.instructionSet), \(Tensors.threads) threads")
  }

  private static func speed() -> Finding {
    do {
      let rate = try EngineSpeed.convolution()
      let perThread = rate / Double(Tensors.threads)
      let detail = "\(Int(rate.rounded())) GFLOP/s in a 3×3 convolution"
      guard perThread >= 5 else {
        return .warning(
          "Speed", "\(detail), which is slow for \(Tensors.threads) threads",
          advice: "see whether other programs are busy, and whether the processor has AVX2")
      }
      return .good("Speed", detail)
    } catch {
      return .broken("Speed", "a convolution failed: \(error)", advice: installAgain)
    }
  }
}
