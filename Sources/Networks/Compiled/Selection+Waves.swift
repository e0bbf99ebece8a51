import Tensors

// Scales, branches and shortcuts do not read each other's values. Operations that can run at the
// same time stand side by side, so that threads which share one sample wait for each other once a
// wave and not once an operation.

/// What an operation reads or writes of a value: floats of one sample.
struct Access {
  let value: Int
  let range: Range<Int>
}

extension Selection {
  /// Brings the operations of a stage in an order in which each wave reads what the waves before it
  /// made, and returns the waves.
  mutating func orderInWaves() -> [Range<Int>] {
    var waves: [Range<Int>] = []
    for stage in stages {
      let levels = levels(of: stage)
      let order = stage.sorted {
        (levels[$0 - stage.lowerBound], $0) < (levels[$1 - stage.lowerBound], $1)
      }
      nodes.replaceSubrange(stage, with: order.map { nodes[$0] })
      for level in 0..<(levels.max() ?? 0) + 1 {
        let first = waves.last?.upperBound ?? 0
        waves.append(first..<first + levels.count { $0 == level })
      }
    }
    return waves
  }

  /// Operations of one stage and phase that stand side by side.
  private var stages: [Range<Int>] {
    var result: [Range<Int>] = []
    for nodes in phases.map(\.nodes) {
      for place in nodes {
        if place > nodes.lowerBound, self.nodes[place].stage == self.nodes[place - 1].stage {
          result[result.count - 1] = result[result.count - 1].lowerBound..<place + 1
        } else {
          result.append(place..<place + 1)
        }
      }
    }
    return result
  }

  /// How many operations of the stage lead to each, at least.
  private func levels(of stage: Range<Int>) -> [Int] {
    let uses = stage.map { (reads: reads(nodes[$0]), writes: [written(by: nodes[$0])]) }
    var levels: [Int] = []
    for (index, own) in uses.enumerated() {
      let before = uses[..<index].indices.filter {
        own.reads.conflict(with: uses[$0].writes) || own.writes.conflict(with: uses[$0].writes)
          || own.writes.conflict(with: uses[$0].reads)
      }
      levels.append(before.reduce(0) { max($0, levels[$1] + 1) })
    }
    return levels
  }

  /// What a node reads.
  func reads(_ node: Graph.Node) -> [Access] {
    node.inputs.map { value in
      guard case .planar(let planar) = node.operation, planar.kind.sourceRow == 0,
        let range = planesRange(value, from: planar.source, planar.kind.inputs)
      else { return Access(value: value, range: 0..<count(value)) }
      return Access(value: value, range: range)
    }
  }

  /// What a node writes.
  func written(by node: Graph.Node) -> Access {
    guard case .planar(let planar) = node.operation, planar.kind.targetRow == 0,
      let range = planesRange(node.output, from: planar.target, planar.kind.outputs)
    else { return Access(value: node.output, range: 0..<count(node.output)) }
    return Access(value: node.output, range: range)
  }

  /// Where some of a value's planes lie; `nil` if it does not lie in planes.
  private func planesRange(_ value: Int, from first: Int, _ channels: Int) -> Range<Int>? {
    guard planes[value] != nil, splits[value] == nil else { return nil }
    let pixels = shapes[value][0] * shapes[value][1]
    func start(of channel: Int) -> Int { PlanarLayer.count(channels: channel, pixels: pixels) }
    return start(of: first)..<start(of: first + channels)
  }
}

extension [Access] {
  func conflict(with others: [Access]) -> Bool {
    contains { own in
      others.contains { $0.value == own.value && $0.range.overlaps(own.range) }
    }
  }
}
