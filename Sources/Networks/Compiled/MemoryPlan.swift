import Tensors

/// Where the values of a selection lie: those that come in and go out outside, the others in one
/// block of memory, where values that are never needed together share their place.
struct MemoryPlan {
  /// The place of each value: values with equal places lie on each other.
  private(set) var place: [Int]
  /// The offset of each place in the block, per sample; `nil` for what lies outside.
  private(set) var offsets: [Int?]
  /// The size of the block per sample.
  private(set) var count = 0
  /// The place of the extra memory of each operation, if it wants any.
  private(set) var workspaces: [Int?]

  private let selection: Selection
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
      for input in node.inputs { lastUse[input] = step }
    }
    for (step, node) in selection.nodes.enumerated() { share(node, step) }
    allocate(workspace)
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

  /// The input that an operation may write its output over.
  private func sharedInput(_ node: Graph.Node) -> Int? {
    switch node.operation {
    case .weighted(let weighted): weighted.adds ? 1 : nil
    case .normalization, .layerNorm, .function, .add, .channelScaling, .positions, .view, .append: 0
    case .rounding(let form): form == .rounded ? 0 : nil
    default: nil
    }
  }

  /// First fit, in the order of the operations.
  private mutating func allocate(_ workspace: [Int]) {
    var live: [(start: Int, end: Int, last: Int)] = []
    for (step, node) in selection.nodes.enumerated() {
      live.removeAll { $0.last < step }
      let home = place[node.output]
      if home == node.output, !outside.contains(home) {
        let last = max(step, lastUse[home])
        offsets[home] = reserve(selection.count(home), until: last, &live)
      }
      if workspace[step] > 0 {
        workspaces[step] = selection.shapes.count + step
        offsets[selection.shapes.count + step] = reserve(workspace[step], until: step, &live)
      }
    }
  }

  private mutating func reserve(
    _ size: Int, until last: Int, _ live: inout [(start: Int, end: Int, last: Int)]
  ) -> Int {
    let size = (size + 15) & ~15
    var start = 0
    for block in live.sorted(by: { $0.start < $1.start }) {
      if start + size <= block.start { break }
      start = max(start, block.end)
    }
    live.append((start, start + size, last))
    count = max(count, start + size)
    return start
  }
}
