import Tensors

// A large image that threads have computed together lies in the caches of all of them, and who
// averages it alone waits for most of it. Each averages blocks of rows of its own instead, and one
// of them the averages.
extension Selection {
  private static let blocks = 4

  /// Takes the average of large images in two steps.
  mutating func averageInBlocks() {
    for place in nodes.indices.reversed() {
      let node = nodes[place], shape = shapes[node.inputs[0]]
      guard case .globalAverage = node.operation, shape.count >= StepMaker.smallestShared,
        shape[0] % Self.blocks == 0
      else { continue }
      let averages = add(shape: [Self.blocks, 1, shape[2]])
      nodes[place].inputs = [averages]
      nodes.insert(
        Graph.Node(
          operation: .blockAverage, inputs: node.inputs, output: averages, stage: node.stage),
        at: place)
    }
  }
}
