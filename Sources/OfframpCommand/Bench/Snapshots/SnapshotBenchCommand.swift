import ArgumentParser
import FoundationEssentials
import Glibc

/// `offramp bench snapshots`.
struct SnapshotBenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "snapshots",
    abstract: "Time what it costs that a crash loses no variables.",
    discussion: """
      Before each cell the kernel keeps a copy of its state, which shares all memory that nobody \
      changes. Kernels with and without copies take turns at the same cells, some of them with an \
      array of several gigabytes in memory. Every number is the median of all rounds, measured at \
      the front end's end of the sockets, in milliseconds.
      """)

  @Option(name: .long, help: "How often each kernel has its turn.")
  var rounds = 3

  @Option(name: .long, help: "The size of the array that is held, in GiB.")
  var gigabytes = 4

  func validate() throws {
    guard rounds >= 1 else {
      throw ValidationError("--rounds is \(rounds); it must be at least 1.")
    }
    guard (1...1024).contains(gigabytes) else {
      throw ValidationError("--gigabytes is \(gigabytes); it must be from 1 to 1024.")
    }
  }

  func run() throws {
    signal(SIGPIPE, SIG_IGN)
    let folder = "\(FileManager.default.temporaryDirectory.path)/offramp-bench-\(getpid())"
    try Files.makeFolder(folder)
    defer { try? Files.remove(folder) }
    let kernel = try BenchedKernel.thisProgram(cache: "\(folder)/cache", folder: folder)
    // What is compiled once is not what is asked for.
    _ = try SnapshotSession(kernel, takesSnapshots: true, gigabytes: 1).measure()
    var samples: [Bool: [SnapshotQuantity: [Double]]] = [:]
    for _ in 0..<rounds {
      for takesSnapshots in [true, false] {
        let session = SnapshotSession(
          kernel, takesSnapshots: takesSnapshots, gigabytes: gigabytes)
        samples[takesSnapshots, default: [:]].merge(try session.measure(), uniquingKeysWith: +)
      }
    }
    print(table(samples))
  }

  private func table(_ samples: [Bool: [SnapshotQuantity: [Double]]]) -> String {
    let head = [["", "with snapshots", "without"]]
    let rows = SnapshotQuantity.allCases.map { quantity in
      [quantity.label(gigabytes: gigabytes)]
        + [true, false].map { KernelTable.text(median: samples[$0]?[quantity] ?? []) }
    }
    return KernelTable.aligned(head + rows)
  }
}

/// What is measured with snapshots and without.
enum SnapshotQuantity: CaseIterable {
  case small, large, settled, rewriting, training, trainingAfterCrash

  func label(gigabytes: Int) -> String {
    switch self {
    case .small: "trivial cell, little in memory, ms"
    case .large: "trivial cell, \(gigabytes) GiB in memory, ms"
    case .settled: "the same, a while later, ms"
    case .rewriting: "rewriting 1 GiB of them, ms"
    case .training: "an epoch of training, ms"
    case .trainingAfterCrash: "an epoch after a crash, ms"
    }
  }
}
