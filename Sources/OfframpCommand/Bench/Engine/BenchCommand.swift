import ArgumentParser
import Glibc
import Tensors

/// `offramp bench engine`, which is also what `offramp bench` means.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "engine",
    abstract: "Time training, evaluation and early exit on this machine.",
    discussion: """
      train: one optimiser step on a batch of 128 (forward, every exit's loss, backward, update). \
      eval: a batch of 128 through every exit. latency: one sample that leaves at exit k. early: a \
      batch of 128 whose samples leave at all exits alike, beside the network without early exit. \
      Inputs are random, so nothing here says anything about accuracy. Each number is a median. The limit is \
      the time of the same convolutions and matrix products alone, back to back on warm memory.
      """)

  @Argument(help: "What to time: resnet20, vit7, msdnet7, text4; all of them unless given.")
  var workloads: [String] = []

  @Option(name: .long, help: "The precision: f32, or bf16 for mixed precision in bfloat16.")
  var dtype = "f32"

  @Option(name: .long, help: "Threads to use; all usable cores unless given.")
  var threads: Int?

  @Option(
    name: .long, help: "Which of train, eval, latency and early to time, separated by commas.")
  var what = BenchRow.Kind.allCases.map(\.rawValue).joined(separator: ",")

  @Option(name: .long, help: "How often training and evaluation are timed.")
  var runs = 9

  @Flag(name: .long, help: "Print one JSON object a line.")
  var json = false

  func validate() throws {
    if let wrong = workloads.first(where: { BenchWorkload(rawValue: $0) == nil }) {
      let known = BenchWorkload.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("There is no workload \"\(wrong)\"; expected one of \(known).")
    }
    guard let precision = Precision(rawValue: dtype) else {
      throw ValidationError("--dtype is \"\(dtype)\"; it takes f32 and bf16.")
    }
    guard precision.isAvailable else {
      throw ValidationError(
        "--dtype bf16 needs a processor with AVX512_BF16 or AMX, and this one offers "
          + "\(Engine.instructionSet); time --dtype f32.")
    }
    guard runs >= 1 else { throw ValidationError("--runs is \(runs); it must be at least 1.") }
    if let threads, threads < 1 {
      throw ValidationError("--threads is \(threads); it must be at least 1.")
    }
    if let wrong = kinds.first(where: { BenchRow.Kind(rawValue: $0) == nil }) {
      throw ValidationError("--what names \"\(wrong)\"; it takes train, eval, latency and early.")
    }
  }

  func run() throws {
    try Self.waitPassively()
    if let threads { Tensors.threads = threads }
    let bare = ProcessMemory.current
    let chosen = workloads.compactMap(BenchWorkload.init)
    for workload in chosen.isEmpty ? BenchWorkload.allCases : chosen {
      try run(workload, bare: bare)
    }
  }

  private func run(_ workload: BenchWorkload, bare: ProcessMemory) throws {
    StoragePool.release()
    ProcessMemory.forgetPeak()
    let bench = try EngineBench(workload, runs: runs)
    if !json { print(heading(workload, parameters: bench.parameterCount)) }
    try Tensors.withPrecision(precision) {
      try bench.measure(Set(kinds.compactMap(BenchRow.Kind.init)), bare: bare) { row in
        print(json ? line(row, workload, parameters: bench.parameterCount) : "\(row)")
        fflush(nil)
      }
    }
  }

  private var precision: Precision { Precision(rawValue: dtype) ?? .float32 }

  private var kinds: [String] { what.split(separator: ",").map(String.init) }

  /// Starts again with OpenMP's threads waiting as they do in a kernel, unless told otherwise.
  ///
  /// OpenMP reads its environment when it is loaded, so it cannot be set from here.
  static func waitPassively() throws {
    guard getenv("OMP_WAIT_POLICY") == nil else { return }
    setenv("OMP_WAIT_POLICY", "passive", 1)
    setenv("GOMP_SPINCOUNT", "5000", 0)
    var arguments = CommandLine.arguments.map { strdup($0) } + [nil]
    execv("/proc/self/exe", &arguments)
    throw Failure(
      "Cannot start again with OMP_WAIT_POLICY set: \(String(cString: strerror(errno))).")
  }

  private func heading(_ workload: BenchWorkload, parameters: Int) -> String {
    "\(workload.rawValue), \(parameters) parameters, \(dtype) (\(precision.arithmetic)), "
      + "\(Tensors.threads) threads, oneDNN \(Engine.version) (\(Engine.instructionSet))"
  }

  private func line(_ row: BenchRow, _ workload: BenchWorkload, parameters: Int) -> String {
    """
    {"framework": "offramp \(OfframpCommand.version)", "workload": "\(workload.rawValue)", \
    "dtype": "\(dtype)", "compiled": false, "threads": \(Tensors.threads), \
    "parameters": \(parameters), \(row.fields)}
    """
  }
}
