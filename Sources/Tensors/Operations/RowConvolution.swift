internal import COneDNN

/// The sizes of a convolution with 1×1 windows whose input may be the first part of wider rows.
package struct RowCall: Hashable, Sendable {
  package let rows: Int, inputs: Int, outputs: Int
  /// The floats from one input row to the next.
  package let step: Int
  package let direction: EngineCall.Direction

  var native: odnn_rows {
    odnn_rows(rows: Int64(rows), inputs: Int64(inputs), outputs: Int64(outputs), row: Int64(step))
  }

  /// Runs it: forward `x`, `w` → `y`; backward data `y`, `w` → `x`, added to what is there if
  /// `accumulating`; backward weights `x`, `y` → `w`.
  func run(
    _ x: UnsafeMutablePointer<Float>, _ w: UnsafeMutablePointer<Float>,
    _ y: UnsafeMutablePointer<Float>, accumulating: Bool = false
  ) throws(TensorError) {
    EngineCall.note(.rows(self))
    var native = native
    let scratch = Storage(count: direction == .backwardWeights ? odnn_rows_scratch(&native) : 0)
    let status = withExtendedLifetime(scratch) {
      switch direction {
      case .forward: odnn_rows_forward(&native, x, w, y)
      case .backwardData: odnn_rows_gradient(&native, y, w, accumulating ? 1 : 0, x)
      case .backwardWeights: odnn_rows_weights(&native, x, y, w, scratch.pointer)
      }
    }
    try Engine.check(status, "convolved (\(rows) rows of \(inputs) to \(outputs))")
  }
}

extension ConvolutionShape {
  /// Whether it reads rows that are the first part of wider ones.
  func readsColumns(of input: Tensor) -> Bool {
    isPointwise && !hasBias && input.columns != nil
  }

  private func call(_ step: Int, _ direction: EngineCall.Direction) -> RowCall {
    RowCall(
      rows: input.count / input[3], inputs: input[3], outputs: output[3], step: step,
      direction: direction)
  }

  func rowForward(_ source: Tensor, _ weight: Tensor, into target: Tensor) throws(TensorError) {
    let (x, step) = source.rowStart
    try call(step, .forward).run(x, weight.pointer, target.pointer)
  }

  func rowWeightGradient(
    input: Tensor, gradient: Tensor
  ) throws(TensorError) -> Tensor {
    let result = Tensor(uninitialized: weight)
    let (x, step) = input.rowStart
    try call(step, .backwardWeights).run(x, result.pointer, gradient.pointer)
    return result
  }

  /// Gives the input's gradient to the table, adding to what is there in place.
  func addRowGradient(
    weight: Tensor, gradient: Tensor, to slot: Int, _ table: GradientTable
  ) throws(TensorError) {
    if let columns = table.ownColumns(at: slot) {
      try call(columns.rows.step, .backwardData)
        .run(columns.start, weight.pointer, gradient.pointer, accumulating: true)
      return
    }
    try table.accumulate(into: slot, shape: input) { (x, isFirst) throws(TensorError) in
      try call(input[3], .backwardData)
        .run(x, weight.pointer, gradient.pointer, accumulating: !isFirst)
    }
  }
}

extension Tensor {
  /// A convolution that reads the first part of wider rows.
  func rowConvolved(
    with weight: Tensor, _ sizes: ConvolutionShape, into output: Tensor
  ) throws(TensorError) -> Tensor {
    try sizes.rowForward(self, weight, into: output)
    let (input, kernel) = (detached, weight.detached)
    let (inputSlot, weightSlot) = (slot, weight.slot)
    return try output.recorded(
      from: self, weight,
      forward: { t in
        try .sum(t[0]?.convolved(with: kernel), t[1].map { try input.convolved(with: $0) })
      }
    ) { g, table throws(TensorError) in
      if weightSlot != nil {
        table.add(try sizes.rowWeightGradient(input: input, gradient: g), to: weightSlot)
      }
      if let inputSlot {
        try sizes.addRowGradient(weight: kernel, gradient: g, to: inputSlot, table)
      }
    }
  }
}
