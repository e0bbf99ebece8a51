import ArgumentParser
import FoundationEssentials
import Glibc
import JupyterProtocol

/// `offramp bench kernel`.
struct KernelBenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel",
    abstract: "Time this kernel as a front end sees it, beside other kernels on this machine.",
    discussion: """
      The kernels take turns; each round starts every one of them twice, so that the second time \
      shows what a restart costs. Every number is the median of all rounds, measured at the front \
      end's end of the sockets. Kernels that Jupyter does not know here are left out.
      """)

  @Option(name: .long, help: "How often each kernel has its turn.")
  var rounds = 5

  @Option(name: .long, help: "The kernels to compare with, by Jupyter's names for them.")
  var peers = "python3,xpython"

  @Flag(name: .long, help: "Print one JSON object with every sample.")
  var json = false

  func validate() throws {
    guard rounds >= 1 else {
      throw ValidationError("--rounds is \(rounds); it must be at least 1.")
    }
  }

  func run() throws {
    signal(SIGPIPE, SIG_IGN)
    let folder = "\(FileManager.default.temporaryDirectory.path)/offramp-bench-\(getpid())"
    try Files.makeFolder(folder)
    defer { try? Files.remove(folder) }
    var tables: [KernelTable] = []
    for kernel in try kernels(folder) { tables.append(KernelTable(kernel: kernel)) }
    // What a machine does once in its life, such as filling caches, is not the kernel's speed.
    for table in tables {
      _ = try KernelSession(table.kernel, round: 0, isFirst: true, onFailure: note).measure()
    }
    for round in 1...rounds {
      for index in tables.indices {
        for isFirst in [true, false] {
          let session = KernelSession(
            tables[index].kernel, round: round, isFirst: isFirst, onFailure: note)
          tables[index].add(try session.measure())
        }
      }
      if !json { progress(round) }
    }
    print(json ? "\(KernelTable.document(tables, rounds: rounds))" : KernelTable.text(tables))
  }

  private func kernels(_ folder: String) throws -> [BenchedKernel] {
    let ours = try BenchedKernel.thisProgram(cache: "\(folder)/cache", folder: folder)
    let others = peers.split(separator: ",").compactMap { name in
      let found = BenchedKernel.installed(String(name), folder: folder)
      if found == nil { note("Jupyter knows no kernel called \(name) here: it is left out.") }
      return found
    }
    return [ours] + others
  }

  private func progress(_ round: Int) {
    if isatty(STDERR_FILENO) == 1 { note("Round \(round) of \(rounds) is done.") }
  }

  private func note(_ sentence: String) {
    let line = Array("\(sentence)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
  }
}
