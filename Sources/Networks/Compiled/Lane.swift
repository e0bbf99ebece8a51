import Tensors

/// One thread's memory while it runs a schedule.
final class Lane {
  typealias Pointer = UnsafeMutablePointer<Float>

  let index: Int
  /// Where every place of the schedule lies for the samples that run now.
  var table: [Pointer] = []
  /// The primitives for their number.
  var variants: [FusedVariant] = []
  private(set) var block = Storage(count: 16)
  private var scratchBlock = Storage(count: 16)
  private let nowhere = Storage(count: 16)
  /// For layers that have no form of their own here.
  var execution: Execution?

  init(index: Int) { self.index = index }

  var scratch: Pointer { scratchBlock.pointer }

  /// Gets memory for `samples` samples of a schedule.
  func prepare(_ plan: MemoryPlan, samples: Int, scratch: Int) {
    if block.count < plan.count * samples { block = Storage(count: plan.count * samples) }
    if scratchBlock.count < scratch { scratchBlock = Storage(count: scratch) }
    table = plan.offsets.map { $0.map { block.pointer + $0 * samples } ?? nowhere.pointer }
  }
}
