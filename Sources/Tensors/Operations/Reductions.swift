internal import COneDNN

extension Tensor {
  /// The sum of all scalars.
  public func sum() throws(TensorError) -> Tensor { try reduced(factor: 1) }

  /// The mean of all scalars.
  ///
  /// Throws if there are none.
  public func mean() throws(TensorError) -> Tensor {
    guard count > 0 else { throw TensorError("mean: the tensor \(shape) has no elements.") }
    return try reduced(factor: 1 / Float(count))
  }

  private func reduced(factor: Float) throws(TensorError) -> Tensor {
    let total = odnn_sum(pointer, Int64(count))
    let (shape, slot) = (shape, slot)
    return try Tensor.filled(Float(total) * factor, shape: [])
      .recorded(from: self) { g, table throws(TensorError) in
        table.add(.filled(g.pointer[0] * factor, shape: shape), to: slot)
      }
  }

  /// For every row of an N×C tensor the column of the largest value (the first, if several).
  public func argmax() -> [Int] {
    guard let columns = shape.dims.last, columns > 0 else { return [] }
    return withUnsafeBuffer { buffer in
      stride(from: 0, to: buffer.count, by: columns).map { start in
        var best = 0
        for c in 1..<max(columns, 1) where buffer[start + c] > buffer[start + best] { best = c }
        return best
      }
    }
  }
}
