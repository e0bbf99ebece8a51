import Tensors

/// Takes the layers of a model apart into the operations of a graph.
struct Lowering {
  private(set) var graph: Graph

  init(_ model: Model) {
    graph = Graph(input: model.network.input)
    var flow = [graph.input]
    for (exit, segment) in model.segments.enumerated() {
      graph.stage = .segment(exit)
      for node in segment { flow = lower(scales: node, flow) }
      graph.features.append(flow)
      graph.stage = .head(exit)
      graph.logits.append(lower(model.heads[exit], flow[flow.count - 1]))
    }
  }

  private mutating func lower(scales node: LayerNode, _ inputs: [Int]) -> [Int] {
    switch node.layer {
    case let stem as MultiScaleStem: return lower(stem, node, inputs[0])
    case let step as MultiScaleStep: return lower(step, node, inputs)
    case is MultiScaleTransition:
      return inputs.indices.map { lower(node, child: "\($0)", inputs[$0]) }
    case is any MultiScaleLayer: return plain(scales: node, inputs)
    default: return [lower(node, inputs[0])] + inputs.dropFirst()
    }
  }

  /// A layer on one value.
  mutating func lower(_ node: LayerNode, _ x: Int) -> Int {
    let shape = graph.shapes[x]
    switch node.layer {
    case let conv as Conv: return lower(conv, node, x)
    case let dense as Dense: return lower(dense, node, x)
    case is BatchNorm: return graph.add(.normalization(node, relu: false), [x], shape)
    case is ReLU: return graph.add(.function(.relu), [x], shape)
    case let layer as any ElementwiseLayer:
      return graph.add(.function(type(of: layer).function), [x], shape)
    case is Dropout, is StochasticDepth: return x
    case is Branch: return lower(sequence: node, x)
    case is Flatten: return graph.add(.view, [x], [shape.count])
    case let norm as LayerNorm:
      return graph.add(.layerNorm(node, epsilon: norm.epsilon), [x], shape)
    default: return lower(block: node, x)
    }
  }

  private mutating func lower(block node: LayerNode, _ x: Int) -> Int {
    switch node.layer {
    case let block as Residual: return lower(block, node, x)
    case let block as Bottleneck: return lower(block, node, x)
    case let block as InvertedBottleneck: return lower(block, node, x)
    case let block as SqueezeExcite: return lower(block, node, x)
    case let block as Parallel: return lower(block, node, x)
    case is Skip: return add(x, lower(sequence: node, x))
    case is Concat: return concatenate([x, lower(sequence: node, x)])
    default: return lower(other: node, x)
    }
  }

  private mutating func lower(other node: LayerNode, _ x: Int) -> Int {
    switch node.layer {
    case let pool as AveragePool: return lower(pool, x)
    case let pool as MaxPool: return lower(pool, x)
    case let pool as AdaptivePool: return lower(pool, x)
    case is GlobalPool: return graph.add(.globalAverage, [x], [graph.shapes[x][2]])
    default: return lower(tokens: node, x)
    }
  }

  private mutating func lower(tokens node: LayerNode, _ x: Int) -> Int {
    let shape = graph.shapes[x]
    switch node.layer {
    case let layer as Embedding:
      return graph.add(.embedding(node), [x], [shape[0], layer.width])
    case is Positions: return graph.add(.positions(node), [x], shape)
    case is ClassToken: return graph.add(.classToken(node), [x], [shape[0] + 1, shape[1]])
    case let layer as PatchEmbedding:
      let image = lower(node, child: "proj", x), side = graph.shapes[image]
      return graph.add(.view, [image], [side[0] * side[1], layer.width])
    case let layer as Token: return graph.add(.token(layer.index), [x], [shape[1]])
    case is TokenMean: return graph.add(.tokenMean, [x], [shape[1]])
    case let layer as SelfAttention: return lower(layer, node, x)
    case let layer as TransformerBlock: return lower(layer, node, x)
    case let layer as MLP: return lower(layer, node, x)
    default: return graph.add(.plain(node), [x], node.outputs[node.outputs.count - 1])
    }
  }

  /// An inner layer by name.
  mutating func lower(_ node: LayerNode, child name: String, _ x: Int) -> Int {
    guard let child = node.child(name) else {
      preconditionFailure("\(node.path) has no inner layer \(name)")
    }
    return lower(child, x)
  }

  mutating func lower(sequence node: LayerNode, _ x: Int) -> Int {
    node.children.reduce(x) { lower($1, $0) }
  }

  mutating func add(_ a: Int, _ b: Int, relu: Bool = false) -> Int {
    graph.add(.add(relu: relu), [a, b], graph.shapes[a])
  }

  mutating func concatenate(_ values: [Int]) -> Int {
    guard values.count > 1 else { return values[0] }
    let shape = graph.shapes[values[0]]
    let width = values.reduce(0) { $0 + graph.shapes[$1][-1] }
    return graph.add(.concatenation, values, Shape(shape.dims.dropLast() + [width]))
  }

  mutating func apply(_ function: Activation, _ x: Int) -> Int {
    graph.add(.function(function), [x], graph.shapes[x])
  }

  mutating func add(_ operation: Operation, _ inputs: [Int], _ shape: Shape) -> Int {
    graph.add(operation, inputs, shape)
  }

  func shape(_ value: Int) -> Shape { graph.shapes[value] }
}
