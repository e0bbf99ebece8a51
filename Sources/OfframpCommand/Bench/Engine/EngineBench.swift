import Networks
import Tensors

/// One workload, timed: training, evaluation, and one sample that leaves at each exit.
struct EngineBench {
  static let batch = 128

  let workload: BenchWorkload
  private let model: Model
  private let input: Tensor
  private let labels: [Int32]
  private let runs: Int

  init(_ workload: BenchWorkload, runs: Int) throws {
    self.workload = workload
    let network = workload.network
    model = try Model(network, seed: 0)
    var random = Random(seed: 1)
    input = try workload.input(batch: Self.batch, using: &random)
    let classes = Int32(network.classes)
    labels = (0..<Self.batch).map { _ in Int32.random(in: 0..<classes, using: &random) }
    self.runs = runs
  }

  var parameterCount: Int { model.parameters.reduce(0) { $0 + $1.value.count } }

  func measure(
    _ kinds: Set<BenchRow.Kind>, bare: ProcessMemory, _ report: (BenchRow) -> Void
  ) throws {
    if kinds.contains(.train) { report(try train(bare)) }
    if kinds.contains(.eval) { report(try evaluate()) }
    if kinds.contains(.latency) { try leave().forEach(report) }
    if kinds.contains(.early) { report(try leaveEvenly()) }
  }

  private func train(_ bare: ProcessMemory) throws -> BenchRow {
    // A model of its own: many steps towards random labels may end in numbers that are none.
    var step = TrainingStep(model: try Model(workload.network, seed: 0))
    for _ in 0..<3 { try step.run(input, labels) }
    let memory = ProcessMemory.peak - bare
    let times = try timed { try step.run(input, labels) }
    return BenchRow(
      kind: .train, batch: Self.batch, milliseconds: times.whole, limit: times.limit,
      products: times.products, memory: memory.megabytes)
  }

  private func evaluate() throws -> BenchRow {
    let exits = Set(0..<model.exitCount)
    let times = try timed(as: { _ = try model.passed(input, exits) }) {
      _ = try model.logits(input)
    }
    // Inference has kernels of its own.
    let own = try BenchRow.median(warm: 3, runs: runs) { try model.multiplyAlone(input) }
    return BenchRow(
      kind: .eval, batch: Self.batch, milliseconds: times.whole, limit: times.limit, products: own)
  }

  /// The time of `body`, and of the convolutions and matrix products alone that it asks for, or that
  /// the same computation asks for layer by layer: as oneDNN computes them, and as they are.
  private func timed(
    as plain: (() throws -> Void)? = nil, _ body: @escaping () throws -> Void
  ) throws -> (whole: Double, limit: Double, products: Double) {
    let replay = EngineReplay(try EngineCall.recorded { try plain?() ?? body() })
    let times = try BenchRow.medians(
      warm: 3, runs: runs,
      [body, { try Engine.withoutTiles { () throws in try replay.run() } }, { try replay.run() }])
    return (times[0], times[1], times[2])
  }

  /// A batch whose samples leave at all exits alike, every head on their way evaluated, beside the
  /// same batch through all layers and the last head only.
  private func leaveEvenly() throws -> BenchRow {
    let exits = model.exitCount
    var random = Random(seed: 2)
    let times = try BenchRow.medians(
      warm: 3, runs: 2 * runs,
      [
        {
          try model.leaving(input) { exit, samples, _ in
            samples.indices.filter { samples[$0] % exits > exit }
          }
        },
        { _ = try model.logits(input, random: &random, exits: [exits - 1]) },
      ])
    let (early, plain) = (times[0], times[1])
    let cost = model.plan.cost()
    let spent = (0..<Self.batch).reduce(0) { $0 + cost.exits[$1 % exits] }
    return BenchRow(
      kind: .early, batch: Self.batch, milliseconds: early,
      share: (early / plain, Double(spent) / Double(Self.batch * cost.backbone)))
  }

  private func leave() throws -> [BenchRow] {
    let sample = try input.rows([0])
    var random = Random(seed: 2)
    let times = try BenchRow.mediansOfBrief(
      (0..<model.exitCount).map { exit in
        {
          let logits = try model.logits(sample, random: &random, exits: [exit])
          _ = try logits[exit]?.softmax().scalars.max()
        }
      })
    let work = model.plan.cost().lazyExits
    return times.enumerated().map { exit, time in
      BenchRow(
        kind: .latency, exit: (exit + 1, model.exitCount), milliseconds: time,
        share: (
          time / (times.last ?? time), Double(work[exit]) / Double(work.last ?? work[exit])
        ))
    }
  }
}
