import Tensors

// A head with many weights for a small image is bound by reading its weights, so it waits until it
// can be computed for many samples at once. The layers before it go on with a few samples, whose
// images stay in the second-level cache.
extension Selection {
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
