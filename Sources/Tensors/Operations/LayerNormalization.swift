internal import COneDNN

extension Tensor {
  /// Brings every row (the last axis) to zero mean and unit variance, then scales and shifts it.
  ///
  /// ```
  /// y = scale · (x − mean) / √(variance + ε) + shift
  /// ```
  /// N×…×C with a scale and a shift of C. The variance is the biased one. No multiply-adds are
  /// counted. Ba, Kiros & Hinton, *Layer normalization*, 2016, arXiv 1607.06450, equation 4.
  public func layerNormalized(
    scale: Tensor, shift: Tensor, epsilon: Float = 1e-5
  ) throws(TensorError) -> Tensor {
    try requireRowScale(scale, shift)
    let width = shape[-1]
    let rows = Int64(count / width)
    let mean = Storage(count: Int(rows))
    let inverse = Storage(count: Int(rows))
    let (input, factor, offset) = (detached, scale.detached, shift.detached)
    let normalize = { (result: Storage) in
      odnn_layer_norm(
        input.pointer, rows, Int64(width), factor.pointer, offset.pointer, epsilon, mean.pointer,
        inverse.pointer, result.pointer)
    }
    let output = try Tensor.output(shape, of: "layerNormalized")
    normalize(output.storage)
    // The input is kept for its gradient in any case.
    if try Tensor.tape(of: [self, scale, shift]) != nil {
      output.storage.recipe = {
        let result = Storage(count: input.count)
        normalize(result)
        return result
      }
    }

    let (slot, scaleSlot, shiftSlot) = (slot, scale.slot, shift.slot)
    return try output.recorded(
      from: self, scale, shift,
      forward: { t in
        let (one, none) = (Tensor.ones([width]), Tensor.zeros([width]))
        return try input.normalizedTangent(t, scale: factor) { x in
          try x.layerNormalized(scale: one, shift: none, epsilon: epsilon)
        }
      }
    ) { g, table throws(TensorError) in
      var gradient = g
      let result = slot == nil ? nil : gradient.isUnshared ? gradient : gradient.emptyCopy
      let scaleGradient = Tensor(uninitialized: [width])
      let shiftGradient = Tensor(uninitialized: [width])
      let scratch = Storage(count: odnn_channel_scratch(rows, Int64(width)))
      odnn_layer_norm_gradient(
        input.pointer, gradient.pointer, rows, Int64(width), factor.pointer, mean.pointer,
        inverse.pointer, result?.pointer, scaleGradient.pointer, shiftGradient.pointer,
        scratch.pointer)
      if let result { table.add(result, to: slot) }
      table.add(scaleGradient, to: scaleSlot)
      table.add(shiftGradient, to: shiftSlot)
    }
  }

  private func requireRowScale(_ scale: Tensor, _ shift: Tensor) throws(TensorError) {
    guard let width = shape.dims.last, width > 0 else {
      throw TensorError(
        "layerNormalized: the input is \(shape), expected N×…×C with at least one channel.")
    }
    for (name, other) in [("scale", scale), ("shift", shift)] where other.shape != [width] {
      throw TensorError(
        "layerNormalized: the \(name) is \(other.shape) and the input \(shape); expected "
          + "\(width), one per channel.")
    }
  }
}
