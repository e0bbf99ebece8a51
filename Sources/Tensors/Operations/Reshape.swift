extension Tensor {
  /// The same scalars in another shape of the same count.
  public func reshaped(_ newShape: Shape) throws(TensorError) -> Tensor {
    guard newShape.checkedCount == count else {
      throw TensorError(
        "reshaped: \(shape) has \(count) elements and cannot become \(newShape), which has "
          + "\(newShape.checkedCount.map(String.init) ?? "an impossible number").")
    }
    let (shape, slot) = (shape, slot)
    return try Tensor(shape: newShape, storage: storage)
      .recorded(
        from: self,
        forward: { t in try t[0]?.reshaped(newShape) }
      ) { g, table throws(TensorError) in
        table.add(Tensor(shape: shape, storage: g.storage), to: slot)
      }
  }

  /// N×… becomes N×F: every sample's scalars in one row.
  public func flattened() throws(TensorError) -> Tensor {
    guard shape.rank >= 1 else {
      throw TensorError("flattened: the input is \(shape), expected a batch N×….")
    }
    return try reshaped([shape[0], shape.sample.count])
  }
}
