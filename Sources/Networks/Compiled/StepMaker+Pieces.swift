import Tensors

extension StepMaker {
  /// Operations without weights that oneDNN runs, and without memory of their own.
  func elementwise(_ node: Graph.Node) -> Schedule.Step {
    let x = memory.place[node.inputs[0]], y = memory.place[node.output]
    let input = selection.shapes[node.inputs[0]], output = selection.shapes[node.output]
    let count = output.count
    switch node.operation {
    case .function(let function):
      return Schedule.Step(sharedRows: shared(output, count)) { lane, batch, part in
        let range = part.range(of: batch * count), start = range.lowerBound
        Pieces.apply(
          function, lane.table[x] + start, lane.table[y] + start, count: range.count)
      }
    case .add(let relu):
      let b = memory.place[node.inputs[1]]
      return Schedule.Step(sharedRows: shared(output, count)) { lane, batch, part in
        let range = part.range(of: batch * count), start = range.lowerBound
        Pieces.add(
          lane.table[x] + start, lane.table[b] + start, relu: relu, lane.table[y] + start,
          count: range.count)
      }
    case .view:
      return Schedule.Step { lane, batch, _ in
        if x != y { lane.table[y].update(from: lane.table[x], count: batch * count) }
      }
    case .rounding(let form):
      let count = selection.count(node.output)
      return Schedule.Step(sharedRows: shared(output, count)) { lane, batch, part in
        Pieces.round(lane.table[x], part.range(of: batch * count), to: form, lane.table[y])
      }
    case .average(let sizes):
      return Schedule.Step { lane, batch, _ in
        sizes.average(lane.table[x], batch: batch, lane.table[y])
      }
    case .globalAverage:
      let (area, channels) = (input[0] * input[1], input[2])
      return Schedule.Step { lane, batch, _ in
        Pieces.globalAverage(
          lane.table[x], batch: batch, area: area, channels: channels, lane.table[y])
      }
    case .blockAverage:
      let (blocks, area, channels) = (output[0], input[0] * input[1] / output[0], input[2])
      return Schedule.Step(sharedRows: blocks) { lane, batch, part in
        let range = part.range(of: batch * blocks), first = range.lowerBound
        Pieces.globalAverage(
          lane.table[x] + first * area * channels, batch: range.count, area: area,
          channels: channels, lane.table[y] + first * channels)
      }
    case .tokenMean:
      let (tokens, width) = (input[0], input[1])
      return Schedule.Step { lane, batch, _ in
        Pieces.globalAverage(
          lane.table[x], batch: batch, area: tokens, channels: width, lane.table[y])
      }
    case .channelScaling: return channelScaling(node)
    case .concatenation: return concatenation(node, skipping: 0)
    case .append: return concatenation(node, skipping: 1)
    case .toPlanes: return toPlanes(node)
    case .fromPlanes(let first): return fromPlanes(node, first)
    case .padding: return padding(x, input, y, output)
    case .token(let index):
      let (step, width) = (input.count, input[1])
      return Schedule.Step { lane, batch, _ in
        Pieces.copy(
          lane.table[x] + index * width, step: step, rows: batch, columns: width, lane.table[y],
          to: width)
      }
    default: return withParameters(node, x, y)
    }
  }

  /// The elements of an image that threads share; what has fewer takes about a microsecond.
  static let smallestShared = 12 << 10

  /// How many rows of a sample may be shared.
  private func shared(_ shape: Shape, _ rows: Int) -> Int {
    shape.count >= Self.smallestShared ? rows : 1
  }

  private func channelScaling(_ node: Graph.Node) -> Schedule.Step {
    let x = memory.place[node.inputs[0]], factors = memory.place[node.inputs[1]]
    let (y, shape) = (memory.place[node.output], selection.shapes[node.output])
    let (area, channels) = (shape[0] * shape[1], shape[2])
    return Schedule.Step { lane, batch, _ in
      Pieces.scale(
        lane.table[x], by: lane.table[factors], batch: batch, area: area, channels: channels,
        lane.table[y])
    }
  }

  /// Puts channels side by side; those of the first `skipped` values are in their place already.
  private func concatenation(_ node: Graph.Node, skipping skipped: Int) -> Schedule.Step {
    let (y, shape) = (memory.place[node.output], selection.shapes[node.output])
    let (rows, width) = (shape.count / shape[-1], selection.widths[node.output] ?? shape[-1])
    var start = 0
    let parts = node.inputs.map { value in
      let columns = selection.shapes[value][-1]
      defer { start += columns }
      return (memory.place[value], selection.widths[value] ?? columns, columns, start)
    }.dropFirst(skipped)
    let room = skipped == 0 && width > shape[-1]
    return Schedule.Step(sharedRows: shared(shape, rows)) { lane, batch, part in
      let range = part.range(of: batch * rows), row = range.lowerBound
      let target = lane.table[y] + row * width
      if room { target.update(repeating: 0, count: range.count * width) }
      for (x, step, columns, start) in parts {
        Pieces.copy(
          lane.table[x] + row * step, step: step, rows: range.count, columns: columns,
          target + start, to: width)
      }
    }
  }

  private func toPlanes(_ node: Graph.Node) -> Schedule.Step {
    let (x, y) = (memory.place[node.inputs[0]], memory.place[node.output])
    let shape = selection.shapes[node.inputs[0]], step = selection.count(node.output)
    return Schedule.Step { lane, batch, _ in
      for sample in 0..<batch {
        Pieces.toPlanes(
          lane.table[x] + sample * shape.count, pixels: shape[0] * shape[1], channels: shape[2],
          lane.table[y] + sample * step)
      }
    }
  }

  private func fromPlanes(_ node: Graph.Node, _ first: Int) -> Schedule.Step {
    let (x, y) = (memory.place[node.inputs[0]], memory.place[node.output])
    let shape = selection.shapes[node.output], step = selection.count(node.inputs[0])
    let start = PlanarLayer.count(channels: first, pixels: shape[0] * shape[1])
    return Schedule.Step { lane, batch, _ in
      for sample in 0..<batch {
        Pieces.fromPlanes(
          lane.table[x] + sample * step + start, pixels: shape[0] * shape[1], channels: shape[2],
          lane.table[y] + sample * shape.count)
      }
    }
  }

  private func padding(_ x: Int, _ input: Shape, _ y: Int, _ output: Shape) -> Schedule.Step {
    let (rows, from, to) = (input[0] * input[1], input[2], output[2])
    return Schedule.Step { lane, batch, _ in
      lane.table[y].update(repeating: 0, count: batch * rows * to)
      Pieces.copy(
        lane.table[x], step: from, rows: batch * rows, columns: from, lane.table[y], to: to)
    }
  }

  /// Operations that read a parameter as it is when they run.
  private func withParameters(_ node: Graph.Node, _ x: Int, _ y: Int) -> Schedule.Step {
    let output = selection.shapes[node.output]
    let (rows, width) = (output.count / output[-1], output[-1])
    switch node.operation {
    case .layerNorm(let layer, let epsilon):
      let (scale, shift) = (layer.parameters[0].parameter, layer.parameters[1].parameter)
      return Schedule.Step(sharedRows: shared(output, rows)) { lane, batch, part in
        let range = part.range(of: batch * rows), start = range.lowerBound * width
        Pieces.layerNorm(
          lane.table[x] + start, rows: range.count, width: width,
          scale: scale.value.storage.pointer, shift: shift.value.storage.pointer,
          epsilon: epsilon, lane.table[y] + start)
      }
    case .normalization(let layer, let relu): return normalization(layer, relu, x, y, output)
    case .positions(let layer):
      let (parameter, count) = (layer.parameters[0].parameter, output.count)
      return Schedule.Step { lane, batch, _ in
        for sample in 0..<batch {
          Pieces.add(
            lane.table[x] + sample * count, parameter.value.storage.pointer, relu: false,
            lane.table[y] + sample * count, count: count)
        }
      }
    case .classToken(let layer):
      let (parameter, count) = (layer.parameters[0].parameter, output.count)
      return Schedule.Step { lane, batch, _ in
        for sample in 0..<batch {
          let target = lane.table[y] + sample * count
          target.update(from: parameter.value.storage.pointer, count: width)
          (target + width).update(
            from: lane.table[x] + sample * (count - width), count: count - width)
        }
      }
    case .embedding(let layer):
      let parameter = layer.parameters[0].parameter
      let vocabulary = parameter.value.shape[0]
      return Schedule.Step { lane, batch, _ in
        try Pieces.embed(
          lane.table[x], count: batch * rows, table: parameter.value.storage.pointer,
          rows: vocabulary,
          width: width, lane.table[y])
      }
    default: preconditionFailure("\(node.operation) is no operation of this kind")
    }
  }

  private func normalization(
    _ layer: LayerNode, _ relu: Bool, _ x: Int, _ y: Int, _ output: Shape
  ) -> Schedule.Step {
    let (scale, shift) = (layer.parameters[0].parameter, layer.parameters[1].parameter)
    let (rows, channels) = (output.count / output[-1], output[-1])
    guard let statistics = layer.statistics else {
      preconditionFailure("\(layer.path) has no running statistics")
    }
    return Schedule.Step { lane, batch, _ in
      let factors = Storage(count: 2 * channels)
      let (factor, offset) = (factors.pointer, factors.pointer + channels)
      let (mean, variance) = (statistics.mean.storage, statistics.variance.storage)
      for c in 0..<channels {
        factor[c] =
          scale.value.storage.pointer[c]
          / (variance.pointer[c] + statistics.epsilon).squareRoot()
        offset[c] = shift.value.storage.pointer[c] - mean.pointer[c] * factor[c]
      }
      Pieces.affine(
        lane.table[x], rows: batch * rows, factor: factor, offset: offset, channels: channels,
        relu: relu, lane.table[y])
    }
  }
}
