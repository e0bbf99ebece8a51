import Tensors

/// What is asked of a model: from which values to which.
struct Request: Hashable {
  /// The first and the last segment that run; with none, a head runs on features that are there.
  let segments: ClosedRange<Int>?
  /// The exits whose logits are computed.
  let heads: [Int]
  /// Whether what flows past the last segment is kept.
  let keepsFeatures: Bool
  /// How products are computed; as the caller's thread has it.
  var arithmetic = Arithmetic.current
  /// Whether only convolutions, products and attention run, on whatever lies in their arrays: to time
  /// them.
  var isProductsAlone = false
  /// Whether samples leave on the way: then the layers before each exit, and its head, are phases.
  var leaves = false
}

/// The operations that a request needs, rewritten so that fewer and shorter ones do.
struct Selection {
  var nodes: [Graph.Node]
  private(set) var shapes: [Shape]
  let inputs: [Int]
  let outputs: [Int]
  /// The floats of a row of a value, where they are more than its channels.
  var widths: [Int: Int] = [:]
  /// The floats of a value that is split for windows with stride 2.
  var splits: [Int: Int] = [:]
  /// The planes of a value that lies in planes.
  var planes: [Int: Int] = [:]
  /// What is run one after the other.
  private(set) var phases: [Phase] = []
  /// Operations that stand side by side and do not need each other.
  private(set) var waves: [Range<Int>] = []

  init(_ graph: Graph, _ request: Request) {
    shapes = graph.shapes
    inputs = Self.inputs(graph, request)
    let kept = request.keepsFeatures ? request.segments.map { graph.features[$0.upperBound] } : nil
    outputs = request.heads.map { graph.logits[$0] } + (kept ?? [])
    nodes = []
    select(from: graph)
    while shortenTokens() {}
    fuse()
    averageInBlocks()
    let isPlain = request.arithmetic == .float32
    if isPlain { layInPlanes() }
    widen()
    round(for: request.arithmetic)
    if isPlain { readPixelsInWindows() }
    if request.leaves {
      phases = separateStages(exits: request.heads.count)
    } else {
      // Rounded values are shared between stages, which then stay in their order.
      phases = Phase.both(waiting: isPlain ? letHeadsWait() : nodes.count, of: nodes.count)
    }
    waves = orderInWaves()
  }

  private static func inputs(_ graph: Graph, _ request: Request) -> [Int] {
    guard let segments = request.segments else {
      return request.heads.prefix(1).flatMap { graph.features[$0].suffix(1) }
    }
    return segments.lowerBound == 0 ? [graph.input] : graph.features[segments.lowerBound - 1]
  }

  /// The floats of a value of one sample.
  func count(_ value: Int) -> Int {
    let shape = shapes[value]
    if let count = splits[value] { return count }
    if let planes = planes[value] {
      return PlanarLayer.count(channels: planes, pixels: shape[0] * shape[1])
    }
    return widths[value].map { $0 * shape.count / shape[-1] } ?? shape.count
  }

  /// Only what leads to an output stays.
  private mutating func select(from graph: Graph) {
    var needed = Set(outputs).subtracting(inputs)
    for node in graph.nodes.reversed() where needed.contains(node.output) {
      needed.formUnion(Set(node.inputs).subtracting(inputs))
      nodes.append(node)
    }
    nodes.reverse()
  }

  /// How often each value is used; outputs once more.
  var uses: [Int] {
    var uses = [Int](repeating: 0, count: shapes.count)
    for node in nodes { for input in node.inputs { uses[input] += 1 } }
    for output in outputs { uses[output] += 1 }
    return uses
  }
}

// MARK: Where one token of many is used
extension Selection {
  /// Takes the token before an operation on every token instead of after it, once.
  private mutating func shortenTokens() -> Bool {
    let uses = uses
    for place in nodes.indices {
      guard case .token(let index) = nodes[place].operation, uses[nodes[place].inputs[0]] == 1,
        let source = nodes.firstIndex(where: { $0.output == nodes[place].inputs[0] }),
        let shorter = shortened(nodes[source], index, nodes[place].output, uses)
      else { continue }
      nodes.remove(at: place)
      nodes.replaceSubrange(source...source, with: shorter)
      return true
    }
    return false
  }

  /// The operations that give token `index` of what `node` gives, as `output`.
  private mutating func shortened(
    _ node: Graph.Node, _ index: Int, _ output: Int, _ uses: [Int]
  ) -> [Graph.Node]? {
    switch node.operation {
    case .weighted(var weighted):
      guard case .dense(_, let width, let count) = weighted.kind else { return nil }
      weighted.kind = .dense(rows: 1, inputs: width, outputs: count)
      return applied(.weighted(weighted), node, index, output)
    case .layerNorm, .function, .add: return applied(node.operation, node, index, output)
    case .attention(let sizes): return attended(sizes, node, index, output, uses)
    default: return nil
    }
  }

  private mutating func applied(
    _ operation: Operation, _ node: Graph.Node, _ index: Int, _ output: Int
  ) -> [Graph.Node] {
    let tokens = node.inputs.map { picked($0, index, node) }
    var result = node
    (result.operation, result.output) = (operation, output)
    result.inputs = tokens.map(\.output)
    return tokens + [result]
  }

  private mutating func picked(_ value: Int, _ index: Int, _ node: Graph.Node) -> Graph.Node {
    let output = add(shape: [shapes[value][-1]])
    return Graph.Node(
      operation: .token(index), inputs: [value], output: output, stage: node.stage)
  }

  mutating func add(shape: Shape) -> Int {
    shapes.append(shape)
    return shapes.count - 1
  }

  /// The query of one token, the keys and values of all.
  private mutating func attended(
    _ sizes: Pieces.Attention, _ node: Graph.Node, _ index: Int, _ output: Int, _ uses: [Int]
  ) -> [Graph.Node]? {
    guard !sizes.isCausal, node.inputs.count == 1, uses[node.inputs[0]] == 1,
      let place = nodes.firstIndex(where: { $0.output == node.inputs[0] }),
      case .weighted(let weighted) = nodes[place].operation,
      case .dense(let rows, let width, _) = weighted.kind
    else { return nil }
    let source = nodes[place]
    let token = picked(source.inputs[0], index, node)
    let (query, others) = (add(shape: [width]), add(shape: [rows, 2 * width]))
    var (short, long) = (weighted, weighted)
    short.kind = .dense(rows: 1, inputs: width, outputs: width)
    short.outputs = 0..<width
    long.kind = .dense(rows: rows, inputs: width, outputs: 2 * width)
    long.outputs = width..<3 * width
    // The dense layer that gave all three runs where it ran, for keys and values alone.
    nodes[place] = Graph.Node(
      operation: .weighted(long), inputs: source.inputs, output: others, stage: source.stage)
    return [
      token,
      Graph.Node(
        operation: .weighted(short), inputs: [token.output], output: query, stage: node.stage),
      Graph.Node(
        operation: .attention(sizes.ofOneToken), inputs: [query, others], output: output,
        stage: node.stage),
    ]
  }
}

// MARK: What one pass can do
extension Selection {
  /// Joins normalisations, functions and additions to the operation before them.
  private mutating func fuse() {
    let uses = uses
    var result: [Graph.Node] = []
    var places: [Int: Int] = [:]
    for node in nodes {
      if let place = host(of: node, among: result, places, uses),
        let joined = joined(node, to: result[place])
      {
        result[place] = joined
        places[node.output] = place
      } else {
        places[node.output] = result.count
        result.append(node)
      }
    }
    nodes = result
  }

  /// The latest operation that gives an input of `node`, if nobody else uses what it gives.
  private func host(
    of node: Graph.Node, among done: [Graph.Node], _ places: [Int: Int], _ uses: [Int]
  ) -> Int? {
    let latest = node.inputs.compactMap { places[$0] }.max()
    guard let latest, uses[done[latest].output] == 1, done[latest].stage == node.stage else {
      return nil
    }
    return latest
  }

  private func joined(_ node: Graph.Node, to host: Graph.Node) -> Graph.Node? {
    var result = host
    result.output = node.output
    switch (host.operation, node.operation) {
    case (.weighted(var weighted), _):
      guard weighted.function == nil, let other = join(node, to: &weighted, host.output) else {
        return nil
      }
      result.operation = .weighted(weighted)
      result.inputs += other
    case (.normalization(let layer, relu: false), .function(.relu)):
      result.operation = .normalization(layer, relu: true)
    case (.add(relu: false), .function(.relu)):
      result.operation = .add(relu: true)
    default: return nil
    }
    return result
  }

  /// Makes `node` a part of a convolution or dense layer, and says what other input that brings.
  private func join(
    _ node: Graph.Node, to weighted: inout Weighted, _ output: Int
  ) -> [Int]? {
    switch node.operation {
    case .normalization(let layer, let relu):
      guard weighted.norm == nil, !weighted.adds else { return nil }
      weighted.norm = layer
      if relu { weighted.function = .relu }
      return []
    case .function(let function):
      guard FusedLayer.canFuse(function) else { return nil }
      weighted.function = function
      return []
    case .add(let relu):
      guard !weighted.adds, let other = node.inputs.first(where: { $0 != output }) else {
        return nil
      }
      weighted.adds = true
      if relu { weighted.function = .relu }
      return [other]
    default: return nil
    }
  }
}
