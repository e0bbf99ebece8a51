import Tensors

/// One thread's memory while it runs a schedule.
final class Lane {
  typealias Pointer = UnsafeMutablePointer<Float>

  let index: Int
  /// Where every place of the schedule lies for the samples that run now.
  private(set) var table: UnsafeMutablePointer<Pointer>
  /// The primitives for their number, and how many parts each layer has among them.
  private var variants: [FusedVariant] = []
  private var parts = 1
  /// The layer whose primitives come first.
  private var firstLayer = 0
  /// For layers that have no form of their own here.
  var execution: Execution?
  private var tableCount = 0
  private var block = Storage(count: 16)
  private var scratchBlock = Storage(count: 16)
  private let nowhere = Storage(count: 16)
  /// What the table is made for.
  private var owner: (schedule: ObjectIdentifier, samples: Int, together: Int)?

  init(index: Int) {
    self.index = index
    table = .allocate(capacity: 1)
  }

  deinit { table.deallocate() }

  var scratch: Pointer { scratchBlock.pointer }

  /// Gets memory for `samples` samples of a schedule, of which so many are computed together until
  /// they wait for the others.
  private func prepare(_ schedule: Schedule, samples: Int, together: Int, scratch: Int) {
    if scratchBlock.count < scratch { scratchBlock = Storage(count: scratch) }
    let wanted = (schedule: ObjectIdentifier(schedule), samples: samples, together: together)
    if let owner, owner == wanted { return }
    let memory = schedule.memory
    let shared = memory.count * together, count = shared + memory.waitingCount * samples
    if block.count < count { block = Storage(count: count) }
    if tableCount < memory.offsets.count {
      table.deallocate()
      tableCount = memory.offsets.count
      table = .allocate(capacity: tableCount)
    }
    for (place, offset) in memory.offsets.enumerated() {
      (table + place).initialize(
        to: offset.map {
          block.pointer + ($0.waits ? shared + $0.start * samples : $0.start * together)
        } ?? nowhere.pointer)
    }
    owner = wanted
  }

  /// Points the table at the samples of a piece, and takes up the primitives for their number.
  func bind(
    _ schedule: Schedule, _ ready: Schedule.Preparation, _ piece: Range<Int>,
    _ values: [(Int, Pointer)]
  ) {
    prepare(
      schedule, samples: ready.chunk, together: ready.together, scratch: ready.scratch)
    for (value, start) in values {
      table[value] = start + piece.lowerBound * schedule.counts[value]
    }
    guard let binding = ready.bindings[piece.count] else { return }
    (variants, parts, firstLayer) = (binding.variants, binding.parts, 0)
  }

  /// Points the table at samples that go from exit to exit together.
  func beginCompany(_ schedule: Schedule) {
    prepare(schedule, samples: Schedule.companions, together: schedule.pieceSize, scratch: 0)
  }

  /// Points the table at an array that comes from outside or goes there.
  func set(_ value: Int, _ start: Pointer) { table[value] = start }

  /// Takes up the primitives of a phase.
  func take(_ company: Schedule.Company, layers: Range<Int>) {
    if scratchBlock.count < company.scratch { scratchBlock = Storage(count: company.scratch) }
    (variants, parts, firstLayer) = (company.variants, 1, layers.lowerBound)
  }

  /// The primitive for a part of a layer.
  func variant(_ layer: Int, _ part: Part) -> FusedVariant {
    variants[(layer - firstLayer) * parts + part.index]
  }

  /// Runs a schedule for the samples of a piece.
  func run(
    _ schedule: Schedule, _ ready: Schedule.Preparation, _ piece: Range<Int>,
    _ values: [(Int, Pointer)]
  ) throws {
    bind(schedule, ready, piece, values)
    try schedule.run(self, piece.count, together: ready.together)
  }

  /// Lets the table point at other samples, `count` further on.
  func move(_ schedule: Schedule, by count: Int) {
    for place in schedule.memory.moving { table[place] += count * schedule.counts[place] }
  }

  /// Works on what another lane has in its table.
  func share(_ other: Lane, scratch: Int) {
    if scratchBlock.count < scratch { scratchBlock = Storage(count: scratch) }
    if tableCount < other.tableCount {
      table.deallocate()
      tableCount = other.tableCount
      table = .allocate(capacity: tableCount)
    }
    table.update(from: other.table, count: other.tableCount)
    (variants, parts, firstLayer) = (other.variants, other.parts, other.firstLayer)
    owner = nil
  }
}
