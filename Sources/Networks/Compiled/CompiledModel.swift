import Synchronization
import Tensors

/// A model made ready for inference: its operations joined, its weights packed once, its memory
/// planned.
///
/// A batch is cut into pieces that stay in the second-level cache, and every thread takes pieces
/// through all the layers by itself, so that threads never wait for each other between layers.
final class CompiledModel {
  private let graph: Graph
  private var schedules: [Request: Schedule] = [:]
  private var layers: [LayerKey: FusedLayer] = [:]
  private var weights: [WeightsKey: FusedWeights] = [:]
  private var lanes: [Lane] = []

  init(_ model: Model) { graph = Lowering(model).graph }

  private struct WeightsKey: Hashable {
    let weight: ObjectIdentifier
    let norm: ObjectIdentifier?
    let outputs: Range<Int>
  }

  private struct LayerKey: Hashable {
    let weights: WeightsKey
    let kind: FusedLayer.Kind
    let adds: Bool
    let function: Activation?
  }

  func schedule(_ request: Request) -> Schedule {
    if let known = schedules[request] { return known }
    let schedule = Schedule(Selection(graph, request)) { layer($0) }
    schedules[request] = schedule
    return schedule
  }

  private func layer(_ weighted: Weighted) -> FusedLayer {
    let parameter = weighted.node.parameters[0].parameter
    let key = WeightsKey(
      weight: ObjectIdentifier(parameter), norm: weighted.norm.map(ObjectIdentifier.init),
      outputs: weighted.outputs)
    let layerKey = LayerKey(
      weights: key, kind: weighted.kind, adds: weighted.adds, function: weighted.function)
    if let known = layers[layerKey] { return known }
    let shared = weights[key] ?? weighted.foldedWeights
    weights[key] = shared
    let layer = FusedLayer(
      weighted.kind, weights: shared, adds: weighted.adds, function: weighted.function)
    layers[layerKey] = layer
    return layer
  }
}

extension Weighted {
  fileprivate var foldedWeights: FusedWeights {
    var folded: FusedWeights.Normalization?
    if let norm, let statistics = norm.statistics {
      folded = FusedWeights.Normalization(
        scale: norm.parameters[0].parameter, shift: norm.parameters[1].parameter,
        statistics: statistics)
    }
    return FusedWeights(
      weight: node.parameters[0].parameter,
      bias: node.parameters.count > 1 ? node.parameters[1].parameter : nil, normalization: folded,
      outputs: outputs)
  }
}

// MARK: Running
extension CompiledModel {
  typealias Pointer = UnsafeMutablePointer<Float>

  /// Runs a request for `count` samples.
  ///
  /// - Parameters:
  ///   - inputs: one array per input of the schedule.
  ///   - outputs: one array per output.
  func run(
    _ request: Request, count: Int, inputs: [Pointer], outputs: [Pointer], execution: Execution?
  ) throws {
    let schedule = schedule(request)
    // An output that is an input, or another output as well, is copied; so nothing is written twice.
    var values = Array(zip(schedule.inputs, inputs))
    var copies: [(from: Pointer, to: Pointer, count: Int)] = []
    for (value, pointer) in zip(schedule.outputs, outputs) {
      if let known = values.first(where: { $0.0 == value }) {
        copies.append((known.1, pointer, count * schedule.counts[value]))
      } else {
        values.append((value, pointer))
      }
    }
    try run(schedule, count, values, execution)
    for copy in copies { copy.to.update(from: copy.from, count: copy.count) }
  }

  private func run(
    _ schedule: Schedule, _ count: Int, _ values: [(Int, Pointer)], _ execution: Execution?
  ) throws {
    let generation = schedule.refresh()
    if schedule.hasPlainLayers {
      return try runWhole(schedule, generation, count, values, execution)
    }
    let threads = Tensors.threads
    let used = max(1, min(threads, count))
    let chunk = min(schedule.chunk, Self.powerOfTwo(upTo: max(1, count / used)))
    let pieces = Self.pieces(of: count, chunk)
    var bindings: [Int: Schedule.Binding] = [:]
    for size in Set(pieces.map(\.count)) {
      bindings[size] = try schedule.binding(
        FusedVariant.Key(batch: size, threads: 1, lanes: threads), generation: generation)
    }
    while lanes.count < threads { lanes.append(Lane(index: lanes.count)) }
    let (lanes, ready, next) = (lanes, bindings, Counter())
    let scratch = ready.values.reduce(16) { max($0, $1.scratch) }
    try Lanes.run(used) { index in
      let lane = lanes[index]
      lane.prepare(schedule.memory, samples: chunk, scratch: scratch)
      while let piece = next.take(pieces) {
        guard let binding = ready[piece.count] else { return }
        try Self.run(schedule, binding, lane, piece, values)
      }
    }
  }

  /// On the calling thread, every operation on all threads.
  private func runWhole(
    _ schedule: Schedule, _ generation: Int, _ count: Int, _ values: [(Int, Pointer)],
    _ execution: Execution?
  ) throws {
    let chunk = min(256, Self.powerOfTwo(upTo: count)), lane = Lane(index: 0)
    lane.execution = execution
    for piece in Self.pieces(of: count, chunk) {
      let key = FusedVariant.Key(batch: piece.count, threads: Tensors.threads, lanes: 1)
      let binding = try schedule.binding(key, generation: generation)
      lane.prepare(schedule.memory, samples: chunk, scratch: binding.scratch)
      try Self.run(schedule, binding, lane, piece, values)
    }
  }

  private static func run(
    _ schedule: Schedule, _ binding: Schedule.Binding, _ lane: Lane, _ piece: Range<Int>,
    _ values: [(Int, Pointer)]
  ) throws {
    for (value, start) in values {
      lane.table[value] = start + piece.lowerBound * schedule.counts[value]
    }
    lane.variants = binding.variants
    try schedule.run(lane, piece.count)
  }

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

  /// Hands out pieces to whoever asks.
  private final class Counter: Sendable {
    private let next = Atomic<Int>(0)

    func take(_ pieces: [Range<Int>]) -> Range<Int>? {
      let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
      return place < pieces.count ? pieces[place] : nil
    }
  }
}
