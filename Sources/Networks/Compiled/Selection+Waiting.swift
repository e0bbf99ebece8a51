import Tensors

// A head with many weights for a small image is bound by reading its weights, so it waits until it
// can be computed for many samples at once. The layers before it go on with a few samples, whose
// images stay in the second-level cache.

/// Operations that all samples of a piece have passed before the next phase begins.
struct Phase {
  let nodes: Range<Int>
  /// Whether all samples run at once, not a few of them at a time.
  let isWhole: Bool

  /// Everything, and behind it the heads that wait for many samples.
  static func both(waiting: Int, of count: Int) -> [Phase] {
    [Phase(nodes: 0..<waiting, isWhole: false), Phase(nodes: waiting..<count, isWhole: true)]
  }
}

extension Selection {
  /// Whether one of some values is read in a phase behind another.
  func isRead(_ values: Set<Int>, behind phase: Int) -> Bool {
    guard phase < phases.count else { return false }
    return nodes[phases[phase].nodes.upperBound...].contains {
      !values.isDisjoint(with: $0.inputs)
    }
  }

  /// Two phases an exit: the layers before it, and its head.
  mutating func separateStages(exits: Int) -> [Phase] {
    var phases: [Phase] = []
    var sorted: [Graph.Node] = []
    for exit in 0..<exits {
      for (stage, isWhole) in [(Graph.Stage.segment(exit), false), (.head(exit), true)] {
        let first = sorted.count
        sorted += nodes.filter { $0.stage == stage }
        phases.append(Phase(nodes: first..<sorted.count, isWhole: isWhole))
      }
    }
    nodes = sorted
    return phases
  }

  /// Puts heads that wait behind everything else, and returns the place of the first.
  mutating func letHeadsWait() -> Int {
    var weights: [Graph.Stage: Int] = [:], images: [Graph.Stage: Int] = [:]
    let makers = Dictionary(
      nodes.map { ($0.output, $0.stage) }, uniquingKeysWith: { first, _ in first })
    for node in nodes {
      guard case .head = node.stage else { continue }
      if case .weighted(let weighted) = node.operation {
        weights[node.stage, default: 0] += weighted.node.parameters[0].parameter.value.count
      }
      for input in node.inputs where makers[input] != node.stage {
        images[node.stage, default: 0] += count(input)
      }
    }
    func waits(_ node: Graph.Node) -> Bool {
      (weights[node.stage] ?? 0) >= 8 * (images[node.stage] ?? .max / 8)
    }
    let prompt = nodes.filter { !waits($0) }
    guard !prompt.isEmpty else { return nodes.count }
    nodes = prompt + nodes.filter(waits)
    return prompt.count
  }
}
