import Glibc
import Tensors

/// A request as a flat list of steps with planned memory.
final class Schedule {
  /// One operation for the samples in a lane's table.
  struct Step {
    typealias Body = (_ lane: Lane, _ batch: Int, _ part: Part) throws -> Void

    /// How many parts of a single sample may be computed at the same time.
    var sharedRows = 1
    let run: Body

    init(sharedRows: Int = 1, _ run: @escaping Body) {
      (self.sharedRows, self.run) = (sharedRows, run)
    }
  }

  let steps: [Step]
  let memory: MemoryPlan
  let inputs: [Int]
  let outputs: [Int]
  /// The number of floats of each value for one sample.
  let counts: [Int]
  /// The floats that the operation with the most reads and writes for one sample, of those that do
  /// not wait for many.
  private let largestStep: Int
  /// What is run one after the other: its steps, and which of ``layers`` are theirs.
  let phases: [(phase: Phase, layers: Range<Int>)]
  let layers: [FusedLayer]
  private let planarLayers: [PlanarLayer]
  /// Whether a layer runs that has no form of its own here: then a batch runs on the calling thread.
  let hasPlainLayers: Bool
  private var bindings: [BindingKey: Binding] = [:]
  private var preparations: [Preparation.Key: Preparation] = [:]
  var companies: [CompanyKey: Company] = [:]
  /// Whether the inputs are read again behind the first exit.
  let keepsInputs: Bool
  /// Whether logits are only logits, so that they can be handed out while samples go on.
  let hasLogitsApart: Bool

  init(_ selection: Selection, _ shop: LayerShop, _ request: Request) {
    var maker = StepMaker(selection)
    func step(_ index: Int) -> Step {
      let step = maker.step(index, shop, request.arithmetic)
      let isWanted = !request.isProductsAlone || selection.nodes[index].operation.isProduct
      return isWanted ? step : Step { _, _, _ in }
    }
    var (steps, phases): ([Step], [(Phase, Range<Int>)]) = ([], [])
    for phase in selection.phases {
      let first = maker.layers.count
      steps += phase.nodes.map(step)
      phases.append((phase, first..<maker.layers.count))
    }
    (self.steps, self.phases) = (steps, phases)
    (layers, planarLayers, memory) = (maker.layers, maker.planarLayers, maker.memory)
    (inputs, outputs) = (selection.inputs, selection.outputs)
    counts = selection.shapes.indices.map(selection.count)
    let prompt = selection.phases.filter { !$0.isWhole }.flatMap { selection.nodes[$0.nodes] }
    largestStep = prompt.reduce(1) { largest, node in
      let places = Set((node.inputs + [node.output]).map { maker.memory.place[$0] })
      return max(largest, places.reduce(0) { $0 + selection.count($1) })
    }
    hasPlainLayers = maker.hasPlainLayers
    keepsInputs = selection.isRead(Set(inputs), behind: 0)
    hasLogitsApart =
      Set(outputs).count == outputs.count && Set(outputs).isDisjoint(with: inputs)
      && !selection.outputs.enumerated().contains { exit, output in
        selection.isRead([output], behind: 2 * exit + 1)
      }
  }

  /// Takes up numbers that have changed, and counts how often that has happened.
  func refresh() -> Int {
    var generation = 0
    for layer in layers { generation &+= layer.weights.refreshed() }
    for layer in planarLayers { generation &+= layer.refreshed() }
    return generation
  }

  /// Runs the steps for `batch` samples whose inputs and outputs are in the lane's table, those
  /// before the heads that wait for `together` of them at a time.
  func run(_ lane: Lane, _ batch: Int, together: Int) throws {
    let (whole, together) = (Part(), min(batch, together))
    for start in stride(from: 0, to: batch, by: together) {
      if start > 0 { lane.move(self, by: together) }
      for step in steps[..<waiting.step] { try step.run(lane, together, whole) }
    }
    if batch > together { lane.move(self, by: together - batch) }
    for step in steps[waiting.step...] { try step.run(lane, batch, whole) }
  }

  /// The first step, and the first of ``layers``, of heads that wait for many samples.
  private var waiting: (step: Int, layer: Int) {
    (phases[0].phase.nodes.upperBound, phases[0].layers.upperBound)
  }
}

// MARK: Getting ready
extension Schedule {
  /// The primitives for one batch size, part after part for each of ``layers``.
  struct Binding {
    let variants: [FusedVariant]
    var parts = 1
    let scratch: Int
    let generation: Int
  }

  private struct BindingKey: Hashable {
    let prompt: FusedVariant.Key, waiting: FusedVariant.Key
  }

  /// How so many samples are run on so many threads.
  struct Preparation {
    struct Key: Hashable {
      let count: Int
      let threads: Int
    }

    let generation: Int
    let pieces: [Range<Int>]
    let chunk: Int
    /// How many samples of a piece are computed together before heads that wait.
    let together: Int
    let bindings: [Int: Binding]
    let scratch: Int
    /// What the threads do where they share one sample; `nil` where each has its own.
    let plan: Lanes.Plan?
  }

  func preparation(_ count: Int, threads: Int, generation: Int) throws -> Preparation {
    let key = Preparation.Key(count: count, threads: threads)
    if let known = preparations[key], known.generation == generation { return known }
    if preparations.count >= 128 { preparations = [:] }
    let made =
      hasPlainLayers
      ? try whole(count, threads, generation)
      : count == 1 && threads > 1
        ? try shared(threads, generation)
        : try divided(count, threads, generation, used: min(threads, count))
    preparations[key] = made
    return made
  }

  /// One sample, whose larger operations the threads share.
  private func shared(_ threads: Int, _ generation: Int) throws -> Preparation {
    let count = Self.sharing(threads)
    let variants = try layers.flatMap { layer in
      try (0..<count).map { index in
        let part = Self.parts(layer.sharedRows, count) > 1 ? Part(index, of: count) : Part()
        return try layer.variant(
          FusedVariant.Key(batch: 1, threads: 1, lanes: threads, part: part))
      }
    }
    let scratch = scratch(variants)
    let binding = Binding(
      variants: variants, parts: count, scratch: scratch, generation: generation)
    return Preparation(
      generation: generation, pieces: [0..<1], chunk: 1, together: 1, bindings: [1: binding],
      scratch: scratch,
      plan: Lanes.Plan(
        parts: steps.map { Int32(Self.parts($0.sharedRows, count)) },
        ends: memory.ends.map { Int32($0) }))
  }

  /// How many threads share one sample.
  static func sharing(_ threads: Int) -> Int { min(threads, 8) }

  private static func parts(_ rows: Int, _ count: Int) -> Int { rows >= 2 * count ? count : 1 }

  /// Pieces that stay in a thread's second-level cache.
  private func divided(
    _ count: Int, _ threads: Int, _ generation: Int, used: Int
  ) throws -> Preparation {
    let all = Self.powerOfTwo(upTo: max(1, count / used)), together = min(cachedSamples, all)
    let chunk = waiting.step < steps.count ? min(all, max(together, 16)) : together
    let pieces = Self.pieces(of: count, chunk)
    return try preparation(pieces, chunk, together, generation) {
      FusedVariant.Key(batch: $0, threads: 1, lanes: threads)
    }
  }

  /// Large pieces, every operation on all threads.
  private func whole(_ count: Int, _ threads: Int, _ generation: Int) throws -> Preparation {
    let chunk = min(256, Self.powerOfTwo(upTo: count))
    return try preparation(Self.pieces(of: count, chunk), chunk, chunk, generation) {
      FusedVariant.Key(batch: $0, threads: threads, lanes: 1)
    }
  }

  private func preparation(
    _ pieces: [Range<Int>], _ chunk: Int, _ together: Int, _ generation: Int,
    _ key: (Int) -> FusedVariant.Key
  ) throws -> Preparation {
    var used: [Int: Binding] = [:]
    for size in Set(pieces.map(\.count)) {
      used[size] = try binding(key(min(size, together)), key(size), generation)
    }
    return Preparation(
      generation: generation, pieces: pieces, chunk: chunk, together: together, bindings: used,
      scratch: used.values.reduce(16) { max($0, $1.scratch) }, plan: nil)
  }

  private func binding(
    _ key: FusedVariant.Key, _ waitingKey: FusedVariant.Key, _ generation: Int
  ) throws -> Binding {
    let keys = BindingKey(prompt: key, waiting: waitingKey)
    if let known = bindings[keys], known.generation == generation { return known }
    let variants = try layers.enumerated().map { index, layer in
      try layer.variant(index < waiting.layer ? key : waitingKey)
    }
    let binding = Binding(
      variants: variants, scratch: scratch(variants), generation: generation)
    bindings[keys] = binding
    return binding
  }

  /// The floats of scratch memory that the step with the most needs.
  func scratch(_ variants: [FusedVariant]) -> Int {
    planarLayers.reduce(variants.reduce(16) { max($0, $1.scratchCount) }) {
      max($0, $1.scratchCount)
    }
  }

  /// As many samples as an operation finds in the second-level cache when the one before wrote them.
  var cachedSamples: Int {
    var samples = 1
    while samples < 16, 8 * samples * largestStep <= Self.cache / 4 * 3 { samples *= 2 }
    return samples
  }

  /// The bytes of a core's second-level cache.
  private static let cache = max(1 << 20, sysconf(Int32(_SC_LEVEL2_CACHE_SIZE)))

  /// Pieces of `chunk` samples, then of every smaller power of two that is needed.
  private static func pieces(of count: Int, _ chunk: Int) -> [Range<Int>] {
    var (start, size) = (0, chunk)
    var result: [Range<Int>] = []
    while start < count {
      while size > count - start { size /= 2 }
      result.append(start..<start + size)
      start += size
    }
    return result
  }

  private static func powerOfTwo(upTo count: Int) -> Int {
    1 << (Int.bitWidth - 1 - count.leadingZeroBitCount)
  }
}
