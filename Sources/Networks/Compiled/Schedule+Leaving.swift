import Tensors

// Where samples leave on the way, the same few samples go from exit to exit: through the layers before
// it a few at a time, through its head together. Their images stay where they are; who is left moves up
// into the places of those that have gone.
extension Schedule {
  /// How many samples a thread takes along: what they carry should stay near, and heads with many
  /// weights should be read for many.
  static let companions = 16

  struct CompanyKey: Hashable {
    let phase: Int, count: Int, threads: Int
  }

  /// The primitives of a phase for so many samples.
  struct Company {
    let variants: [FusedVariant]
    let scratch: Int
    let generation: Int
  }

  /// Whether every sample can go on by itself: nothing that is seen from outside is used again behind
  /// an exit.
  var canBeLeft: Bool { !hasPlainLayers && hasLogitsApart }

  /// The primitives of a phase for so many samples, one of `threads` threads at a time.
  func company(_ phase: Int, _ count: Int, threads: Int, generation: Int) throws -> Company {
    let key = CompanyKey(phase: phase, count: count, threads: threads)
    if let known = companies[key], known.generation == generation { return known }
    let variants = try layers[phases[phase].layers].map {
      try $0.variant(FusedVariant.Key(batch: count, threads: 1, lanes: threads))
    }
    let made = Company(variants: variants, scratch: scratch(variants), generation: generation)
    companies[key] = made
    return made
  }

  /// Runs a phase for the samples whose values begin in the lane's table.
  ///
  /// - Parameter company: the primitives for so many samples.
  func run(
    phase index: Int, _ lane: Lane, count: Int, _ company: (_ count: Int) throws -> Company
  ) throws {
    let phase = phases[index].phase, most = phase.isWhole ? Self.companions : pieceSize
    var done = 0
    defer { lane.move(self, by: -done) }
    while done < count {
      let size = Self.size(of: count - done, most)
      lane.take(try company(size), layers: phases[index].layers)
      for step in steps[phase.nodes] { try step.run(lane, size, Part()) }
      lane.move(self, by: size)
      done += size
    }
  }

  /// Moves what samples still need behind a phase.
  func move(_ moves: [(from: Int, to: Int)], behind phase: Int, _ lane: Lane) {
    for (place, count) in memory.kept[phase] {
      let (start, size) = (lane.table[place], counts[place])
      for (from, to) in moves {
        (start + to * size).update(from: start + from * size, count: count)
      }
    }
  }

  /// The steps that lead from one exit to the next, its head with them.
  func steps(before exit: Int) -> Range<Int> {
    phases[2 * exit].phase.nodes.lowerBound..<phases[2 * exit + 1].phase.nodes.upperBound
  }

  /// The order in which samples lie when those behind the end have filled the holes, and who moves.
  static func moves(keeping places: [Int]) -> (order: [Int], moves: [(from: Int, to: Int)]) {
    var order: [Int] = []
    var moves: [(from: Int, to: Int)] = []
    var (next, last) = (0, places.count)
    for hole in places.indices {
      if next < last, places[next] == hole {
        order.append(hole)
        next += 1
      } else {
        last -= 1
        order.append(places[last])
        moves.append((places[last], hole))
      }
    }
    return (order, moves)
  }

  /// Samples that run at once in a phase that does not wait.
  var pieceSize: Int { min(cachedSamples, 8) }

  /// Of so many samples, how many run next: primitives are made for a few numbers only.
  private static func size(of count: Int, _ most: Int) -> Int {
    count >= most ? most : min(count, 8)
  }
}
