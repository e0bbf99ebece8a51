internal import COneDNN

/// Convolutions and matrix products, ready to be run back to back.
///
/// Arrays are as large as the largest call wants and shared by all of them: they are warm, and
/// nothing but the arithmetic is left.
package final class EngineReplay {
  private let calls: [EngineCall]
  private var first = Storage(count: 0), second = Storage(count: 0), third = Storage(count: 0)

  package init(_ calls: [EngineCall]) {
    self.calls = calls
    let sizes = calls.map(\.arrays)
    first = Self.filled(sizes.map(\.0).max() ?? 0)
    second = Self.filled(sizes.map(\.1).max() ?? 0)
    third = Self.filled(sizes.map(\.2).max() ?? 0)
  }

  /// Multiply-adds of all calls.
  package var multiplyAdds: Int { calls.reduce(0) { $0 + $1.multiplyAdds } }

  /// Runs every call once, in order.
  package func run() throws(TensorError) {
    for call in calls {
      switch call {
      case .convolution(let shape, let direction): try run(shape, direction)
      case .product(let call): try run(call)
      case .rows(let call):
        try call.run(
          first.pointer, call.outputs.map { _ in second.pointer },
          call.starts.map { third.pointer + $0 }, accumulating: call.direction == .backwardData)
      }
    }
  }

  private func run(_ shape: ConvolutionShape, _ direction: EngineCall.Direction) throws(TensorError)
  {
    try ConvolutionCache.withCompiled(shape, direction) { compiled throws(TensorError) in
      try compiled.run(
        source: first.pointer, weights: second,
        bias: shape.hasBias && direction != .backwardData ? second.pointer : nil,
        target: third.pointer)
    }
  }

  private func run(_ call: MatrixCall) throws(TensorError) {
    try call.run(
      first.pointer, second.pointer, third.pointer, steps: (call.m * call.k, call.k * call.n))
  }

  private static func filled(_ count: Int) -> Storage {
    let storage = Storage(count: count)
    odnn_fill(storage.pointer, 0.5, Int64(count))
    return storage
  }
}

extension RowCall {
  /// Where the rows of each output begin, one array behind another.
  fileprivate var starts: [Int] {
    outputs.indices.map { rows * outputs[..<$0].reduce(0, +) }
  }
}

extension EngineCall {
  /// Scalars of the three arrays: source, weights, target.
  fileprivate var arrays: (Int, Int, Int) {
    switch self {
    case .convolution(let shape, _):
      // Layouts that oneDNN chooses fill channels up to whole vectors.
      let channels = (shape.weight[0] + 64) * (shape.weight[1] + 64)
      return (
        shape.input.count, shape.groups * channels * shape.weight[2] * shape.weight[3],
        shape.output.count
      )
    case .rows(let call):
      let outputs = call.outputs.reduce(0, +)
      return (call.rows * call.step, call.inputs * outputs, call.rows * outputs)
    case .product(let call):
      return (
        call.batch * call.m * call.k, call.batch * call.k * call.n, call.batch * call.m * call.n
      )
    }
  }
}
