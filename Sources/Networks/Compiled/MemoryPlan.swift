import Tensors

/// Where the values of a selection lie: those that come in and go out outside, the others in blocks
/// of memory, where values that are never needed together share their place.
struct MemoryPlan {
  /// An offset in one of the two blocks: that of values which wait for more samples, or the one
  /// that the samples after these use again.
  struct Offset {
    let waits: Bool
    let start: Int

    /// Floats of a sample behind it, by the number of the block.
    func access(_ range: Range<Int>) -> Access {
      Access(value: waits ? 1 : 0, range: start + range.lowerBound..<start + range.upperBound)
    }
  }

  /// The place of each value: values with equal places lie on each other.
  private(set) var place: [Int]
  /// The offset of each place, per sample; `nil` for what lies outside.
  private(set) var offsets: [Offset?]
  /// The sizes of the blocks per sample.
  private(set) var count = 0, waitingCount = 0
  /// The places where every sample has a part of its own until all have come.
  private(set) var moving: [Int] = []
  /// What a sample still needs behind each phase: places, and the floats written there.
  private(set) var kept: [[(place: Int, count: Int)]] = []
  /// The place of the extra memory of each operation, if it wants any.
  private(set) var workspaces: [Int?]
  /// For each operation, the first behind it that may not run at the same time.
  private(set) var ends: [Int] = []

  let selection: Selection
  private var lastUse: [Int]
  private let outside: Set<Int>

  init(_ selection: Selection, workspace: [Int]) {
    self.selection = selection
    place = Array(selection.shapes.indices)
    outside = Set(selection.inputs + selection.outputs)
    lastUse = Array(repeating: -1, count: selection.shapes.count)
    offsets = Array(repeating: nil, count: selection.shapes.count + selection.nodes.count)
    workspaces = Array(repeating: nil, count: selection.nodes.count)
    for (step, node) in selection.nodes.enumerated() {
      for value in node.inputs + [node.output] { lastUse[value] = step }
    }
    for (step, node) in selection.nodes.enumerated() { share(node, step) }
    let waiting = waitingPlaces
    allocate(workspace, waiting)
    moving = waiting.union(outside).sorted()
    kept = selection.phases.map { kept(at: $0.nodes.upperBound) }
    ends = selection.waves.flatMap(ends)
  }

  /// The places that several phases use, or one that runs all samples at once.
  private var waitingPlaces: Set<Int> {
    var result: Set<Int> = []
    var phases: [Int: Int] = [:]
    for (index, phase) in selection.phases.enumerated() {
      for value in selection.nodes[phase.nodes].flatMap({ $0.inputs + [$0.output] }) {
        let first = phases[place[value], default: index]
        phases[place[value]] = first
        if phase.isWhole || first < index { result.insert(place[value]) }
      }
    }
    return result
  }

  /// What was written before an operation and is read by it or later.
  private func kept(at step: Int) -> [(place: Int, count: Int)] {
    var counts: [Int: Int] = [:]
    for node in selection.nodes[..<step] {
      let home = place[node.output]
      guard !outside.contains(home), lastUse[home] >= step else { continue }
      counts[home] = max(counts[home] ?? 0, selection.written(by: node).range.upperBound)
    }
    return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// Whether the output of `node` lies where its input `index` lies.
  func isInPlace(_ node: Graph.Node, _ index: Int) -> Bool {
    place[node.output] == place[node.inputs[index]]
  }

  private mutating func share(_ node: Graph.Node, _ step: Int) {
    guard let index = sharedInput(node), !outside.contains(node.output) else { return }
    let home = place[node.inputs[index]]
    let isView =
      switch node.operation {
      case .view, .append: true
      default: false
      }
    guard !outside.contains(home), isView || lastUse[home] == step,
      node.inputs.indices.allSatisfy({ $0 == index || place[node.inputs[$0]] != home })
    else { return }
    place[node.output] = home
    lastUse[home] = max(lastUse[home], lastUse[node.output])
  }

  private func wave(of step: Int) -> Range<Int> {
    selection.waves.first { $0.contains(step) } ?? step..<step + 1
  }

  /// The input that an operation may write its output over.
  private func sharedInput(_ node: Graph.Node) -> Int? {
    switch node.operation {
    case .weighted(let weighted): weighted.adds ? 1 : nil
    case .normalization, .layerNorm, .function, .add, .channelScaling, .positions, .view, .append: 0
    case .rounding(let form): form == .rounded ? 0 : nil
    default: nil
    }
  }

  private func isWhole(_ step: Int) -> Bool {
    selection.phases.contains { $0.isWhole && $0.nodes.contains(step) }
  }

  /// The steps of the phase that a step belongs to.
  private func phase(of step: Int) -> Range<Int> {
    selection.phases.first { $0.nodes.contains(step) }?.nodes ?? step..<step + 1
  }

  /// First fit, in the order of the operations; what a wave uses stays until the wave has ended.
  private mutating func allocate(_ workspace: [Int], _ waiting: Set<Int>) {
    var blocks = (Block(), Block())
    func reserve(_ size: Int, _ waits: Bool, _ step: Int, until last: Int) -> Offset {
      guard waits else {
        let end = wave(of: last).upperBound - 1
        return Offset(waits: false, start: blocks.0.reserve(size, at: step, until: end))
      }
      // A phase runs a few samples at a time: what it reads of others stays until all have come.
      let start = blocks.1.reserve(
        size, at: phase(of: step).lowerBound, until: phase(of: last).upperBound - 1)
      return Offset(waits: true, start: start)
    }
    for (step, node) in selection.nodes.enumerated() {
      let home = place[node.output]
      if home == node.output, !outside.contains(home), offsets[home] == nil {
        offsets[home] = reserve(
          selection.count(home), waiting.contains(home), step, until: max(step, lastUse[home]))
      }
      if workspace[step] > 0 {
        let index = selection.shapes.count + step
        workspaces[step] = index
        offsets[index] = reserve(workspace[step], isWhole(step), step, until: step)
      }
    }
    (count, waitingCount) = (blocks.0.count, blocks.1.count)
  }

  /// A block of memory while it is planned.
  private struct Block {
    private(set) var count = 0
    private var live: [(start: Int, end: Int, last: Int)] = []

    mutating func reserve(_ size: Int, at step: Int, until last: Int) -> Int {
      live.removeAll { $0.last < step }
      let size = (size + 15) & ~15
      var start = 0
      for other in live.sorted(by: { $0.start < $1.start }) {
        if start + size <= other.start { break }
        start = max(start, other.end)
      }
      live.append((start, start + size, last))
      count = max(count, start + size)
      return start
    }
  }
}
