import Tensors

extension CompiledModel {
  /// What is asked at every exit: of which samples, by their places in the batch, and their logits;
  /// the answer says which of them stay, by ascending places in that list.
  typealias Decision = (_ exit: Int, _ samples: [Int], _ logits: [Float]) -> [Int]

  /// Takes a batch from exit to exit while samples leave.
  ///
  /// Every thread takes a few samples through all exits by itself, so that what flows from exit to
  /// exit stays in its cache and nobody waits at an exit.
  ///
  /// - Returns: false, and nothing is done, if a layer has no form of its own here.
  func leaving(
    _ images: Pointer, count: Int, exits: Int, _ decide: @escaping Decision
  ) throws -> Bool {
    let threads = Tensors.threads
    let schedules = requests(exits).map(schedule)
    guard schedules.allSatisfy({ !$0.hasPlainLayers }) else { return false }
    let generations = schedules.map { $0.refresh() }
    let used = min(threads, count)
    prepare(lanes: used)
    let group = max(1, min(Schedule.together(schedules), count / used))
    let groups = stride(from: 0, to: count, by: group).map { $0..<min(count, $0 + group) }
    let (lanes, next, preparing) = (lanes, Counter(), Locked<Void>(()))
    try Lanes.run(used) { index in
      while let samples = next.take(groups) {
        var travel = Travel(samples, images, schedules[0])
        for (exit, schedule) in schedules.enumerated() where !travel.samples.isEmpty {
          let ready = try preparing.withLock { _ in
            try schedule.preparation(
              ofOwn: travel.samples.count, threads: threads, generation: generations[exit])
          }
          let logits = try travel.advance(schedule, ready, lanes[index])
          travel.keep(decide(exit, travel.samples, logits))
        }
      }
    }
    return true
  }
}

extension CompiledModel {
  /// A segment and its head after the other; features stay in planes from one to the next where all
  /// that use them want them so.
  private func requests(_ exits: Int) -> [Request] {
    var requests = (0..<exits).map {
      Request(segments: $0...$0, heads: [$0], keepsFeatures: $0 < exits - 1)
    }
    let ends = planarEnds(requests)
    for index in requests.indices { requests[index].planarEnds = ends }
    return requests
  }

  private func planarEnds(_ requests: [Request]) -> Set<Int> {
    if let known = knownPlanarEnds[requests] { return known }
    let selections = requests.map { Selection(graph, $0) }
    var ends = selections.reduce(into: Set<Int>()) { $0.formUnion($1.endsInPlanes) }
    for selection in selections {
      ends.subtract(selection.usedEnds.subtracting(selection.endsInPlanes))
    }
    // The images come as they are.
    ends.remove(graph.input)
    knownPlanarEnds[requests] = ends
    return ends
  }
}

/// A few samples on their way.
private struct Travel {
  typealias Pointer = UnsafeMutablePointer<Float>

  private(set) var samples: [Int]
  /// What flows past the last exit; at first the images, which are not ours.
  private var arrays: [Pointer]
  private var features: [(storage: Storage, size: Int)] = []

  init(_ samples: Range<Int>, _ images: Pointer, _ schedule: Schedule) {
    self.samples = Array(samples)
    arrays = [images + samples.lowerBound * schedule.counts[schedule.inputs[0]]]
  }

  /// Runs a segment and its head, and returns the logits.
  mutating func advance(
    _ schedule: Schedule, _ ready: Schedule.Preparation, _ lane: Lane
  ) throws -> [Float] {
    let count = samples.count
    let sizes = schedule.outputs.map { schedule.counts[$0] }
    let next = sizes.dropFirst().map { (storage: Storage(count: count * $0), size: $0) }
    let logits = try [Float](unsafeUninitializedCapacity: count * sizes[0]) { buffer, filled in
      guard let start = buffer.baseAddress else { return }
      let ends = CompiledModel.Ends(
        schedule, arrays, [start] + next.map(\.storage.pointer), count: count)
      for piece in ready.pieces { try lane.run(schedule, ready, piece, ends.values) }
      ends.finish()
      filled = count * sizes[0]
    }
    features = next
    arrays = next.map(\.storage.pointer)
    return logits
  }

  /// Lets all leave but those at `places`, which ascend.
  mutating func keep(_ places: [Int]) {
    guard places.count < samples.count else { return }
    for (storage, size) in features {
      for (to, from) in places.enumerated() where to != from {
        (storage.pointer + to * size).update(from: storage.pointer + from * size, count: size)
      }
    }
    samples = places.map { samples[$0] }
  }
}
