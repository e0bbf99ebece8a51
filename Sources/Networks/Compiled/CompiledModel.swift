import Synchronization
import Tensors

/// A model made ready for inference: its operations joined, its weights packed once, its memory
/// planned.
///
/// A batch is cut into pieces that stay in the second-level cache, and every thread takes pieces
/// through all the layers by itself, so that threads never wait for each other between layers.
final class CompiledModel {
  let graph: Graph
  private var schedules: [Request: Schedule] = [:]
  private let shop = LayerShop()
  private(set) var lanes: [Lane] = []

  init(_ model: Model) { graph = Lowering(model).graph }

  func schedule(_ request: Request) -> Schedule {
    if let known = schedules[request] { return known }
    let schedule = Schedule(Selection(graph, request), shop, request)
    schedules[request] = schedule
    return schedule
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
    let ends = Ends(schedule, inputs, outputs, count: count)
    try run(schedule, count, ends.values, execution)
    ends.finish()
  }

  /// The arrays at both ends of a schedule.
  ///
  /// An output that is an input, or another output as well, is copied in the end, so that nothing is
  /// written twice.
  struct Ends {
    /// Value and array.
    private(set) var values: [(Int, Pointer)]
    private var copies: [(from: Pointer, to: Pointer, count: Int)] = []

    init(_ schedule: Schedule, _ inputs: [Pointer], _ outputs: [Pointer], count: Int) {
      values = Array(zip(schedule.inputs, inputs))
      for (value, pointer) in zip(schedule.outputs, outputs) {
        if let known = values.first(where: { $0.0 == value }) {
          copies.append((known.1, pointer, count * schedule.counts[value]))
        } else {
          values.append((value, pointer))
        }
      }
    }

    func finish() {
      for copy in copies { copy.to.update(from: copy.from, count: copy.count) }
    }
  }

  private func run(
    _ schedule: Schedule, _ count: Int, _ values: [(Int, Pointer)], _ execution: Execution?
  ) throws {
    let threads = Tensors.threads
    let ready = try schedule.preparation(
      count, threads: threads, generation: schedule.refresh())
    let used =
      schedule.hasPlainLayers
      ? 1 : ready.plan == nil ? min(threads, count) : Schedule.sharing(threads)
    prepare(lanes: used)
    if schedule.hasPlainLayers {
      try runWhole(schedule, ready, values, execution)
    } else if ready.plan == nil {
      try runPieces(schedule, ready, used, values)
    } else {
      try runShared(schedule, ready, used, values, schedule.steps.indices)
    }
  }

  /// On the calling thread, every operation on all threads.
  private func runWhole(
    _ schedule: Schedule, _ ready: Schedule.Preparation, _ values: [(Int, Pointer)],
    _ execution: Execution?
  ) throws {
    let lane = Lane(index: 0)
    lane.execution = execution
    for piece in ready.pieces { try lane.run(schedule, ready, piece, values) }
  }

  /// Every thread takes pieces through all the layers.
  private func runPieces(
    _ schedule: Schedule, _ ready: Schedule.Preparation, _ used: Int, _ values: [(Int, Pointer)]
  ) throws {
    let (lanes, next) = (lanes, Counter())
    try Lanes.run(used) { index in
      while let piece = next.take(ready.pieces) {
        try lanes[index].run(schedule, ready, piece, values)
      }
    }
  }

  /// One sample, whose layers the threads share.
  func runShared(
    _ schedule: Schedule, _ ready: Schedule.Preparation, _ used: Int, _ values: [(Int, Pointer)],
    _ steps: Range<Int>
  ) throws {
    guard let plan = ready.plan else { preconditionFailure("the sample is not shared") }
    let lanes = lanes
    lanes[0].bind(schedule, ready, 0..<1, values)
    for lane in lanes[1..<used] { lane.share(lanes[0], scratch: ready.scratch) }
    // Arrays as they are in memory: counting who holds them would have the threads wait for each other.
    try schedule.steps.withUnsafeBufferPointer { all in
      try lanes.withUnsafeBufferPointer { lanes in
        try Lanes.run(plan, steps, lanes: used) { step, part, lane in
          try all[step].run(lanes[lane], 1, part)
        }
      }
    }
  }

  func prepare(lanes count: Int) {
    while lanes.count < count { lanes.append(Lane(index: lanes.count)) }
  }

  /// Hands out pieces to whoever asks.
  final class Counter: Sendable {
    private let next = Atomic<Int>(0)

    func take(_ pieces: [Range<Int>]) -> Range<Int>? {
      let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
      return place < pieces.count ? pieces[place] : nil
    }
  }
}
