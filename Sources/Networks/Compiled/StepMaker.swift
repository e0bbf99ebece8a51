import Tensors

/// Turns the operations of a selection into steps.
struct StepMaker {
  let selection: Selection
  let memory: MemoryPlan
  private(set) var layers: [FusedLayer] = []
  private(set) var planarLayers: [PlanarLayer] = []
  private(set) var hasPlainLayers = false

  init(_ selection: Selection) {
    self.selection = selection
    memory = MemoryPlan(selection, workspace: selection.nodes.map(\.operation.workspace))
  }

  private func place(_ value: Int) -> Int { memory.place[value] }
  private func shape(_ value: Int) -> Shape { selection.shapes[value] }

  mutating func step(
    _ index: Int, _ shop: LayerShop, _ arithmetic: Arithmetic
  ) -> Schedule.Step {
    let node = selection.nodes[index]
    switch node.operation {
    case .weighted(let weighted):
      return self.weighted(node, shop.layer(weighted, arithmetic), weighted)
    case .planar(let planar): return self.planar(node, planar, shop)
    case .plain(let layer): return plain(node, layer, scale: nil)
    case .plainScale(let layer, let scale): return plain(node, layer, scale: scale)
    case .attention(let sizes): return attention(node, sizes, index)
    case .largest(let sizes):
      let (x, y) = (place(node.inputs[0]), place(node.output))
      let workspace = memory.workspaces[index] ?? 0
      return Schedule.Step { lane, batch, _ in
        sizes.largest(lane.table[x], batch: batch, lane.table[y], workspace: lane.table[workspace])
      }
    default: return elementwise(node)
    }
  }

  private mutating func weighted(
    _ node: Graph.Node, _ layer: FusedLayer, _ weighted: Weighted
  ) -> Schedule.Step {
    let slot = layers.count
    layers.append(layer)
    let (x, y) = (place(node.inputs[0]), place(node.output))
    let addend = weighted.adds && !memory.isInPlace(node, 1) ? place(node.inputs[1]) : y
    return Schedule.Step(sharedRows: layer.sharedRows) { lane, _, part in
      try lane.variant(slot, part).run(
        lane: lane.index, source: lane.table[x], adding: lane.table[addend],
        target: lane.table[y], scratch: lane.scratch)
    }
  }

  private mutating func planar(
    _ node: Graph.Node, _ planar: Planar, _ shop: LayerShop
  ) -> Schedule.Step {
    let layer = PlanarLayer(
      planar.kind, narrow: planar.narrow.map { shop.weights($0, .float32) },
      wide: planar.wide.map { shop.weights($0, .float32) })
    planarLayers.append(layer)
    let (x, y) = (place(node.inputs[0]), place(node.output))
    let steps = (selection.count(node.inputs[0]), selection.count(node.output))
    let from = planar.kind.sourceRow > 0 ? 0 : start(planar.source, shape(node.inputs[0]))
    let to = planar.kind.targetRow > 0 ? 0 : start(planar.target, shape(node.output))
    return Schedule.Step(sharedRows: layer.strips) { lane, batch, part in
      layer.run(
        (lane.table[x] + from, steps.0), (lane.table[y] + to, steps.1), batch: batch,
        scratch: lane.scratch, part: part)
    }
  }

  /// Where a channel's plane begins.
  private func start(_ channel: Int, _ shape: Shape) -> Int {
    PlanarLayer.count(channels: channel, pixels: shape[0] * shape[1])
  }

  private func attention(
    _ node: Graph.Node, _ sizes: Pieces.Attention, _ index: Int
  ) -> Schedule.Step {
    let (q, y) = (place(node.inputs[0]), place(node.output))
    let workspace = memory.workspaces[index] ?? 0
    let width = shape(node.output)[-1]
    if node.inputs.count == 1 {
      return Schedule.Step(sharedRows: sizes.sharedRows) { lane, batch, part in
        let start = lane.table[q]
        try sizes.run(
          batch: batch, queries: (start, 3 * width), keys: (start + width, 3 * width),
          values: (start + 2 * width, 3 * width), lane.table[y],
          workspace: lane.table[workspace], part: part)
      }
    }
    let kv = place(node.inputs[1])
    return Schedule.Step { lane, batch, part in
      let start = lane.table[kv]
      try sizes.run(
        batch: batch, queries: (lane.table[q], width), keys: (start, 2 * width),
        values: (start + width, 2 * width), lane.table[y], workspace: lane.table[workspace],
        part: part)
    }
  }

  /// Runs a layer as it runs in training, on tensors.
  private mutating func plain(
    _ node: Graph.Node, _ layer: LayerNode, scale: Int?
  ) -> Schedule.Step {
    hasPlainLayers = true
    let inputs = node.inputs.map { (place($0), shape($0)) }
    let (y, count, expected) = (place(node.output), shape(node.output).count, shape(node.output))
    return Schedule.Step { lane, batch, _ in
      let tensors = inputs.map { place, shape in
        Tensor(shape: shape.batched(batch)) {
          guard let start = $0.baseAddress else { return }
          start.update(from: lane.table[place], count: $0.count)
        }
      }
      let execution = lane.execution ?? Execution(tape: nil, random: Random(seed: 0))
      let context = LayerContext(node: layer, execution: execution, isTraining: false)
      let result =
        if let scale, let several = layer.multiScale {
          try several.forward(tensors, context)[scale]
        } else {
          try layer.layer.forward(tensors[0], context)
        }
      guard result.shape == expected.batched(batch) else {
        throw NetworkError(
          "\(layer.layer), \(layer.path), gives \(result.shape) where its shape rule says "
            + "\(expected.batched(batch))")
      }
      result.withUnsafeBuffer { buffer in
        guard let start = buffer.baseAddress else { return }
        lane.table[y].update(from: start, count: batch * count)
      }
    }
  }
}

extension Operation {
  /// Whether it multiplies, so that its time is not saved by moving less memory.
  var isProduct: Bool {
    switch self {
    case .weighted, .planar, .attention, .plain, .plainScale: true
    default: false
    }
  }

  /// Floats per sample that the operation needs while it runs.
  var workspace: Int {
    switch self {
    case .attention(let sizes): sizes.workspace
    case .largest(let sizes): sizes.output.count
    default: 0
    }
  }
}
