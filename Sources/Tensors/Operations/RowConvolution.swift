internal import COneDNN

/// The sizes of convolutions with 1×1 windows of one input, which may be the first part of wider
/// rows.
package struct RowCall: Hashable, Sendable {
  package let rows: Int, inputs: Int
  /// The outputs of each convolution.
  package let outputs: [Int]
  /// The floats from one input row to the next.
  package let step: Int
  package let direction: EngineCall.Direction

  /// The most convolutions that there may be.
  static let most = Int(odnn_most_together)

  typealias Pointer = UnsafeMutablePointer<Float>

  var native: odnn_rows {
    var result = odnn_rows()
    (result.rows, result.inputs, result.row) = (Int64(rows), Int64(inputs), Int64(step))
    result.count = Int32(outputs.count)
    withUnsafeMutableBytes(of: &result.outputs) { bytes in
      for (slot, count) in zip(bytes.bindMemory(to: Int64.self).indices, outputs) {
        bytes.bindMemory(to: Int64.self)[slot] = Int64(count)
      }
    }
    return result
  }

  /// Runs it: forward `x`, `w` → `y`; backward data `y`, `w` → `x`, added to what is there if
  /// `accumulating`; backward weights `x`, `y` → `w`.
  func run(
    _ x: Pointer, _ w: [Pointer], _ y: [Pointer], accumulating: Bool = false
  ) throws(TensorError) {
    EngineCall.note(.rows(self))
    var native = native
    let scratch = Storage(count: odnn_rows_scratch(&native, direction.native))
    let (first, second) = (w.map { Optional($0) }, y.map { Optional($0) })
    let status = withExtendedLifetime(scratch) {
      switch direction {
      case .forward: odnn_rows_forward(&native, x, first.constant, second, scratch.pointer)
      case .backwardData:
        odnn_rows_gradient(&native, second.constant, first.constant, accumulating ? 1 : 0, x)
      case .backwardWeights:
        odnn_rows_weights(&native, x, second.constant, first, scratch.pointer)
      }
    }
    try Engine.check(status, "convolved (\(rows) rows of \(inputs) to \(outputs))")
  }
}

extension [UnsafeMutablePointer<Float>?] {
  fileprivate var constant: [UnsafePointer<Float>?] { map { $0.map { UnsafePointer($0) } } }
}

extension ConvolutionShape {
  /// Whether it reads rows that are the first part of wider ones.
  func readsColumns(of input: Tensor) -> Bool {
    isPointwise && !hasBias && input.columns != nil
  }
}

/// Convolutions with 1×1 windows of one input that is the first part of wider rows, each part of it
/// read once for all.
struct RowConvolutions {
  let input: Shape
  let weights: [Tensor]

  private func call(_ step: Int, _ direction: EngineCall.Direction) -> RowCall {
    RowCall(
      rows: input.count / input[3], inputs: input[3], outputs: weights.map { $0.shape[0] },
      step: step, direction: direction)
  }

  func forward(_ source: Tensor, into targets: [Tensor]) throws(TensorError) {
    let (x, step) = source.rowStart
    try call(step, .forward).run(x, weights.map(\.pointer), targets.map(\.pointer))
  }

  func weightGradients(
    input: Tensor, gradients: [Tensor]
  ) throws(TensorError) -> [Tensor] {
    let results = weights.map { Tensor(uninitialized: $0.shape) }
    let (x, step) = input.rowStart
    try call(step, .backwardWeights).run(x, results.map(\.pointer), gradients.map(\.pointer))
    return results
  }

  /// Gives the input's gradient to the table, adding to what is there in place.
  func addInputGradient(
    gradients: [Tensor], to slot: Int, _ table: GradientTable
  ) throws(TensorError) {
    let (w, dy) = (weights.map(\.pointer), gradients.map(\.pointer))
    if let columns = table.ownColumns(at: slot) {
      try call(columns.rows.step, .backwardData).run(columns.start, w, dy, accumulating: true)
      return
    }
    try table.accumulate(into: slot, shape: input) { (x, isFirst) throws(TensorError) in
      try call(input[3], .backwardData).run(x, w, dy, accumulating: !isFirst)
    }
  }
}

/// Gradients of several outputs, waiting until the last of them is there.
private final class Waiting {
  var gradients: [Int: Tensor] = [:]
}

extension Tensor {
  /// Convolutions of this image with several weights of 1×1 windows, as ``convolved(with:bias:stride:padding:dilation:groups:)``
  /// gives them one by one; where the image is the first part of wider rows, it is read once for all.
  ///
  /// - Parameter weights: of each, out × in × 1 × 1.
  package func convolved(together weights: [Tensor]) throws(TensorError) -> [Tensor] {
    var sizes: [ConvolutionShape] = []
    for weight in weights {
      sizes.append(
        try ConvolutionShape(
          input: shape, weight: weight.shape, bias: nil, stride: 1, padding: 0, dilation: 1,
          groups: 1))
    }
    guard (2...RowCall.most).contains(weights.count), Arithmetic.current == .float32, count > 0,
      sizes.allSatisfy({ $0.readsColumns(of: self) }),
      try Tensor.tape(of: [self] + weights)?.forward == nil
    else {
      var outputs: [Tensor] = []
      for weight in weights { outputs.append(try convolved(with: weight)) }
      return outputs
    }
    return try rowConvolved(with: weights, sizes.map(\.output))
  }

  /// A convolution that reads the first part of wider rows.
  func rowConvolved(
    with weight: Tensor, _ output: Shape
  ) throws(TensorError) -> Tensor {
    let (input, kernel) = (detached, weight.detached)
    let product = RowConvolutions(input: shape, weights: [kernel])
    let result = try Tensor.output(output, of: "convolved")
    try product.forward(self, into: [result])
    let (inputSlot, weightSlot) = (slot, weight.slot)
    return try result.recorded(
      from: self, weight,
      forward: { t in
        try .sum(t[0]?.convolved(with: kernel), t[1].map { try input.convolved(with: $0) })
      }
    ) { g, table throws(TensorError) in
      try product.backward(input, [g], inputSlot, [weightSlot], table)
    }
  }

  private func rowConvolved(
    with weights: [Tensor], _ shapes: [Shape]
  ) throws(TensorError) -> [Tensor] {
    let (input, kernels) = (detached, weights.map(\.detached))
    var results: [Tensor] = []
    for shape in shapes { results.append(try Tensor.output(shape, of: "convolved")) }
    try RowConvolutions(input: shape, weights: kernels).forward(self, into: results)
    let (inputSlot, weightSlots) = (slot, weights.map(\.slot))
    let waiting = Waiting()
    // On the way back, the gradients of all outputs are complete when the last recorded is reached;
    // the first recorded of those that have one works for all.
    for index in results.indices {
      let before = results[..<index].map(\.slot)
      results[index] = try results[index].recorded(from: self, weights[index]) {
        (g, table) throws(TensorError) in
        waiting.gradients[index] = g
        guard !before.contains(where: table.holds) else { return }
        let present = waiting.gradients.keys.sorted()
        let gradients = present.compactMap { waiting.gradients.removeValue(forKey: $0) }
        try RowConvolutions(input: input.shape, weights: present.map { kernels[$0] })
          .backward(input, gradients, inputSlot, present.map { weightSlots[$0] }, table)
      }
    }
    return results
  }
}

extension RowConvolutions {
  func backward(
    _ input: Tensor, _ gradients: [Tensor], _ inputSlot: Int?, _ weightSlots: [Int?],
    _ table: GradientTable
  ) throws(TensorError) {
    if weightSlots.contains(where: { $0 != nil }) {
      let changes = try weightGradients(input: input, gradients: gradients)
      for (change, slot) in zip(changes, weightSlots) { table.add(change, to: slot) }
    }
    if let inputSlot { try addInputGradient(gradients: gradients, to: inputSlot, table) }
  }
}
