import Tensors

extension Lowering {
  mutating func lower(_ conv: Conv, _ node: LayerNode, _ x: Int) -> Int {
    let weight = node.parameters[0].parameter.value.shape
    let kind = FusedLayer.Kind.convolution(
      input: shape(x), weight: weight, stride: conv.stride, padding: conv.zeros,
      dilation: conv.dilation, groups: conv.groups)
    let weighted = Weighted(kind: kind, node: node, outputs: 0..<weight[0])
    return add(.weighted(weighted), [x], node.outputs[0])
  }

  mutating func lower(_ dense: Dense, _ node: LayerNode, _ x: Int) -> Int {
    let input = shape(x)
    let rows = input.rank == 2 ? input[0] : 1
    let kind = FusedLayer.Kind.dense(rows: rows, inputs: input[-1], outputs: dense.width)
    let weighted = Weighted(kind: kind, node: node, outputs: 0..<dense.width)
    return add(.weighted(weighted), [x], node.outputs[0])
  }

  /// Convolutions `conv1`, `conv2`, … with their normalisations, all but the last rectified, then the
  /// shortcut.
  private mutating func lower(
    convolutions count: Int, _ node: LayerNode, _ x: Int, passed: Int
  ) -> Int {
    var value = x
    for index in 1...count {
      value = lower(node, child: "conv\(index)", value)
      value = lower(node, child: "bn\(index)", value)
      if index < count { value = apply(.relu, value) }
    }
    return add(value, passed, relu: true)
  }

  mutating func lower(_ block: Residual, _ node: LayerNode, _ x: Int) -> Int {
    let passed = shortcut(node, x, width: block.width, stride: block.stride)
    return lower(convolutions: 2, node, x, passed: passed)
  }

  mutating func lower(_ block: Bottleneck, _ node: LayerNode, _ x: Int) -> Int {
    let width = block.width * block.expansion
    let passed = shortcut(node, x, width: width, stride: block.stride)
    return lower(convolutions: 3, node, x, passed: passed)
  }

  private mutating func shortcut(
    _ node: LayerNode, _ x: Int, width: Int, stride: Int
  ) -> Int {
    if node.child("downsample") != nil { return lower(node, child: "downsample", x) }
    var value = x
    if stride > 1 { value = lower(AveragePool(1, stride: stride), value) }
    let picked = shape(value)
    guard width > picked[2] else { return value }
    return add(.padding, [value], [picked[0], picked[1], width])
  }

  mutating func lower(_ block: InvertedBottleneck, _ node: LayerNode, _ x: Int) -> Int {
    var value = x
    if node.child("expand") != nil {
      value = apply(block.activation, lower(node, child: "expand", value))
    }
    value = apply(block.activation, lower(node, child: "depthwise", value))
    if block.squeeze != nil { value = lower(node, child: "se", value) }
    let output = lower(node, child: "project", value)
    guard shape(output) == shape(x), block.stride == 1 else { return output }
    return add(x, output)
  }

  mutating func lower(_ block: SqueezeExcite, _ node: LayerNode, _ x: Int) -> Int {
    let shape = shape(x)
    let means = add(.globalAverage, [x], [1, 1, shape[2]])
    let narrow = apply(block.activation, lower(node, child: "fc1", means))
    let factors = apply(block.gate, lower(node, child: "fc2", narrow))
    return add(.channelScaling, [x, factors], shape)
  }

  mutating func lower(_ block: Parallel, _ node: LayerNode, _ x: Int) -> Int {
    let outputs = node.children.map { lower($0, x) }
    guard block.joining == .sum else { return concatenate(outputs) }
    return outputs.dropFirst().reduce(outputs[0]) { add($0, $1) }
  }

  mutating func lower(_ pool: AveragePool, _ x: Int) -> Int {
    let sizes = pooling(shape(x), pool.kernel, pool.stride, pool.padding)
    return add(.average(sizes), [x], sizes.output)
  }

  mutating func lower(_ pool: MaxPool, _ x: Int) -> Int {
    let sizes = pooling(shape(x), pool.kernel, pool.stride, pool.padding)
    return add(.largest(sizes), [x], sizes.output)
  }

  private func pooling(
    _ input: Shape, _ kernel: Int, _ stride: Int?, _ padding: Int
  ) -> Pieces.Pooling {
    let stride = stride ?? kernel
    return Pieces.Pooling(
      input: input, output: pooled(input, kernel, stride, padding), kernel: kernel, stride: stride,
      padding: padding)
  }

  mutating func lower(_ pool: AdaptivePool, _ x: Int) -> Int {
    let input = shape(x), output: Shape = [pool.size, pool.size, input[2]]
    let sizes = Pieces.Pooling(input: input, output: output, kernel: 0, stride: 1, padding: 0)
    return add(.average(sizes), [x], output)
  }

  private func pooled(_ input: Shape, _ kernel: Int, _ stride: Int, _ padding: Int) -> Shape {
    [
      (input[0] + 2 * padding - kernel) / stride + 1,
      (input[1] + 2 * padding - kernel) / stride + 1, input[2],
    ]
  }
}

// MARK: Transformers
extension Lowering {
  mutating func lower(_ layer: SelfAttention, _ node: LayerNode, _ x: Int) -> Int {
    let (tokens, width) = (shape(x)[0], shape(x)[1])
    let sizes = Pieces.Attention(
      heads: layer.heads, queries: tokens, keys: tokens, width: width, isCausal: layer.isCausal)
    let mixed = add(.attention(sizes), [lower(node, child: "qkv", x)], [tokens, width])
    return lower(node, child: "proj", mixed)
  }

  mutating func lower(_ layer: MLP, _ node: LayerNode, _ x: Int) -> Int {
    let inner = apply(layer.activation, lower(node, child: "fc1", x))
    return lower(node, child: "fc2", inner)
  }

  mutating func lower(_ block: TransformerBlock, _ node: LayerNode, _ x: Int) -> Int {
    switch block.order {
    case .before:
      let mixed = add(x, lower(node, child: "attn", lower(node, child: "norm1", x)))
      return add(mixed, lower(node, child: "mlp", lower(node, child: "norm2", mixed)))
    case .after:
      let mixed = lower(node, child: "norm1", add(x, lower(node, child: "attn", x)))
      return lower(node, child: "norm2", add(mixed, lower(node, child: "mlp", mixed)))
    }
  }
}

// MARK: Several scales
extension Lowering {
  mutating func lower(_ stem: MultiScaleStem, _ node: LayerNode, _ x: Int) -> [Int] {
    var scales: [Int] = []
    for scale in stem.widths.indices {
      scales.append(lower(node, child: "\(scale)", scales.last ?? x))
    }
    return scales
  }

  mutating func lower(_ step: MultiScaleStep, _ node: LayerNode, _ inputs: [Int]) -> [Int] {
    step.kept(of: inputs.count).map { scale in
      let added = step.sources(of: scale, among: inputs.count).map { source in
        lower(node, child: "\(scale).\(source)", inputs[source])
      }
      return concatenate([inputs[scale]] + added)
    }
  }

  /// A multi-scale layer of the user's: every output is taken from one run of the layer.
  mutating func plain(scales node: LayerNode, _ inputs: [Int]) -> [Int] {
    node.outputs.indices.map { add(.plainScale(node, $0), inputs, node.outputs[$0]) }
  }
}
