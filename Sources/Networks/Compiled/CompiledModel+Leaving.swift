import Tensors

extension CompiledModel {
  /// What is asked at every exit: of which samples, by their places in the batch, and their logits;
  /// the answer says which of them stay, by ascending places in that list.
  typealias Decision = (_ exit: Int, _ samples: [Int], _ logits: [Float]) -> [Int]

  /// Takes a batch from exit to exit while samples leave.
  ///
  /// Every thread takes a few samples through all exits by itself, so that nobody waits at an exit; a
  /// single sample is shared by all.
  ///
  /// - Returns: false, and nothing is done, if a layer has no form of its own here.
  func leaving(
    _ images: Pointer, count: Int, exits: Int, _ decide: @escaping Decision
  ) throws -> Bool {
    let schedule = schedule(
      Request(
        segments: 0...(exits - 1), heads: Array(0..<exits), keepsFeatures: false, leaves: true))
    guard schedule.canBeLeft else { return false }
    let threads = Tensors.threads, generation = schedule.refresh()
    if count == 1, threads > 1 {
      try leaveAlone(schedule, images, generation, decide)
    } else {
      try leaveTogether(schedule, images, count, generation, decide)
    }
    return true
  }

  /// Every thread takes groups of samples through all exits.
  private func leaveTogether(
    _ schedule: Schedule, _ images: Pointer, _ count: Int, _ generation: Int,
    _ decide: @escaping Decision
  ) throws {
    let threads = Tensors.threads, used = min(threads, count)
    prepare(lanes: used)
    let group = max(1, min(Schedule.companions, count / used))
    let groups = stride(from: 0, to: count, by: group).map { $0..<min(count, $0 + group) }
    let (lanes, next, preparing) = (lanes, Counter(), Locked<Void>(()))
    try Lanes.run(used) { index in
      while let samples = next.take(groups) {
        var travel = Travel(schedule, samples, images, lanes[index])
        for exit in 0..<schedule.outputs.count where !travel.samples.isEmpty {
          let logits = try travel.advance(exit) { phase, count in
            try preparing.withLock { _ in
              try schedule.company(phase, count, threads: threads, generation: generation)
            }
          }
          travel.keep(decide(exit, travel.samples, logits), behind: exit)
        }
      }
    }
  }

  /// One sample, whose layers the threads share.
  private func leaveAlone(
    _ schedule: Schedule, _ image: Pointer, _ generation: Int, _ decide: Decision
  ) throws {
    let threads = Tensors.threads, used = Schedule.sharing(threads)
    let ready = try schedule.preparation(1, threads: threads, generation: generation)
    prepare(lanes: used)
    for (exit, output) in schedule.outputs.enumerated() {
      let steps = schedule.steps(before: exit), classes = schedule.counts[output]
      let logits = try [Float](unsafeUninitializedCapacity: classes) { buffer, filled in
        guard let start = buffer.baseAddress else { return }
        try runShared(schedule, ready, used, [(schedule.inputs[0], image), (output, start)], steps)
        filled = classes
      }
      if decide(exit, [0], logits).isEmpty { return }
    }
  }
}

/// A few samples on their way.
private struct Travel {
  typealias Pointer = UnsafeMutablePointer<Float>

  private(set) var samples: [Int]
  private let schedule: Schedule
  private let lane: Lane
  private let images: Pointer
  /// The images, where they are read again behind an exit.
  private let ownImages: Storage?

  init(_ schedule: Schedule, _ samples: Range<Int>, _ images: Pointer, _ lane: Lane) {
    (self.schedule, self.lane, self.samples) = (schedule, lane, Array(samples))
    let size = schedule.counts[schedule.inputs[0]], start = images + samples.lowerBound * size
    ownImages = schedule.keepsInputs ? Storage(count: samples.count * size) : nil
    ownImages?.pointer.update(from: start, count: samples.count * size)
    self.images = ownImages?.pointer ?? start
    lane.beginCompany(schedule)
  }

  /// Runs the layers before an exit and its head, and returns the logits.
  func advance(
    _ exit: Int, _ company: (_ phase: Int, _ count: Int) throws -> Schedule.Company
  ) throws -> [Float] {
    let (count, output) = (samples.count, schedule.outputs[exit])
    let total = count * schedule.counts[output]
    return try [Float](unsafeUninitializedCapacity: total) { buffer, filled in
      guard let start = buffer.baseAddress else { return }
      lane.set(schedule.inputs[0], images)
      lane.set(output, start)
      for phase in 2 * exit...2 * exit + 1 {
        try schedule.run(phase: phase, lane, count: count) { try company(phase, $0) }
      }
      filled = total
    }
  }

  /// Lets all leave but those at `places`, which ascend.
  mutating func keep(_ places: [Int], behind exit: Int) {
    guard places.count < samples.count else { return }
    let (order, moves) = Schedule.moves(keeping: places)
    schedule.move(moves, behind: 2 * exit + 1, lane)
    if let ownImages {
      let size = schedule.counts[schedule.inputs[0]]
      for (from, to) in moves {
        (ownImages.pointer + to * size).update(
          from: ownImages.pointer + from * size, count: size)
      }
    }
    samples = order.map { samples[$0] }
  }
}
