import Tensors

/// A request as a flat list of steps with planned memory.
final class Schedule {
  typealias Step = (_ lane: Lane, _ batch: Int) throws -> Void

  let steps: [Step]
  let memory: MemoryPlan
  let inputs: [Int]
  let outputs: [Int]
  /// The number of floats of each value for one sample.
  let counts: [Int]
  let layers: [FusedLayer]
  /// Whether a layer runs that has no form of its own here: then a batch runs on the calling thread.
  let hasPlainLayers: Bool
  private var bindings: [FusedVariant.Key: Binding] = [:]

  /// The primitives for one batch size, in the order of ``layers``.
  struct Binding {
    let variants: [FusedVariant]
    let scratch: Int
    let generation: Int
  }

  init(_ selection: Selection, layer: (Weighted) -> FusedLayer) {
    var maker = StepMaker(selection)
    let made = selection.nodes.indices.map { maker.step($0, layer) }
    (steps, layers, memory) = (made, maker.layers, maker.memory)
    (inputs, outputs) = (selection.inputs, selection.outputs)
    counts = selection.shapes.map(\.count)
    hasPlainLayers = maker.hasPlainLayers
  }

  /// How many samples run at a time on one thread: as many as stay in its second-level cache.
  var chunk: Int {
    var samples = 1
    while samples < 16, 2 * samples * memory.count <= 384 << 10 { samples *= 2 }
    return samples
  }

  /// Takes up numbers that have changed.
  func refresh() -> Int {
    var generation = 0
    for layer in layers { generation &+= layer.weights.refreshed() }
    return generation
  }

  func binding(_ key: FusedVariant.Key, generation: Int) throws -> Binding {
    if let known = bindings[key], known.generation == generation { return known }
    let variants = try layers.map { try $0.variant(key) }
    let scratch = variants.reduce(16) { max($0, $1.scratchCount) }
    let binding = Binding(variants: variants, scratch: scratch, generation: generation)
    bindings[key] = binding
    return binding
  }

  /// Runs the steps for `batch` samples whose inputs and outputs are in the lane's table.
  func run(_ lane: Lane, _ batch: Int) throws {
    for step in steps { try step(lane, batch) }
  }
}
