import Glibc
import JupyterProtocol

/// One start of this kernel with snapshots or without, and the cells that are timed in it.
struct SnapshotSession {
  private let kernel: BenchedKernel
  private let takesSnapshots: Bool
  private let gigabytes: Int

  init(_ kernel: BenchedKernel, takesSnapshots: Bool, gigabytes: Int) {
    var kernel = kernel
    kernel.environment["OFFRAMP_SNAPSHOTS"] = takesSnapshots ? "on" : "off"
    self.kernel = kernel
    self.takesSnapshots = takesSnapshots
    self.gigabytes = gigabytes
  }

  /// Milliseconds of each cell; without snapshots nothing follows a crash.
  func measure() throws -> [SnapshotQuantity: [Double]] {
    let connection = try BenchConnection(folder: kernel.folder)
    defer { unlink(connection.path) }
    let process = try BenchedProcess(kernel, connectionFile: connection.path)
    defer { process.end() }
    let front = try KernelConversation(connection.file, seconds: 60)
    try front.waitUntilHeard()
    _ = try front.timeCell(Self.preparation)
    func times(_ count: Int, _ cell: String) throws -> [Double] {
      _ = try front.timeCell(cell)
      return try (0..<count).map { _ in try front.timeCell(cell) * 1e3 }
    }
    var samples = [SnapshotQuantity.small: try times(10, "1 + 1")]
    samples[.training] = try times(3, "try epoch()")
    if takesSnapshots {
      try front.finishFailed(front.start("fatalError()"))
      samples[.trainingAfterCrash] = try times(3, "try epoch()")
    }
    _ = try front.timeCell(held)
    samples[.large] = try times(10, "1 + 1")
    // What the worker does when nobody waits takes a second or two a gigabyte.
    sleep(UInt32(3 * gigabytes))
    samples[.settled] = try times(10, "1 + 1")
    samples[.rewriting] = try times(3, Self.rewriting)
    return samples
  }

  private static let preparation = """
    import Offramp
    import Glibc
    let data = try Dataset.glyphs(difficulty: .mixed)
    let net = Network(input: data.shape, classes: data.classes) {
      Conv(16, kernel: 3); BatchNorm(); ReLU()
      for stage in 0..<3 { Residual(16 << stage, stride: stage > 0 ? 2 : 1); Exit() }
    }
    func epoch() throws { _ = try net.train(.joint, on: data, epochs: 1, seed: 1) }
    """

  /// Every page of the array is written, so that it is really there.
  private var held: String { "var held = [UInt64](repeating: 1, count: \(gigabytes) << 27)" }

  private static let rewriting = """
    held.withUnsafeMutableBytes { memset($0.baseAddress!, 1, 1 << 30); () }
    """
}
