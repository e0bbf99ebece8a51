internal import COneDNN

extension Tensor {
  /// The samples at `indices` along the first axis, in that order; an index may occur repeatedly.
  ///
  /// The gradient adds up where a sample was taken more than once.
  public func rows(_ indices: [Int]) throws(TensorError) -> Tensor {
    guard shape.rank >= 1 else {
      throw TensorError("rows: the input is \(shape), expected a batch N×….")
    }
    let (available, shape, slot) = (self.shape[0], self.shape, slot)
    if let wrong = indices.first(where: { !(0..<available).contains($0) }) {
      throw TensorError("rows: index \(wrong) is outside the \(available) rows of \(shape).")
    }
    let (width, numbers) = (shape.sample.count, indices.map { Int32(truncatingIfNeeded: $0) })
    guard available <= Int(Int32.max) else {
      throw TensorError("rows: \(shape) has more rows than a 32-bit number can tell apart.")
    }
    let output = try Tensor.output(shape.sample.batched(indices.count), of: "rows")
    odnn_take_rows(pointer, numbers, Int64(numbers.count), Int64(width), output.pointer)
    return try output.recorded(
      from: self,
      forward: { t in try t[0]?.rows(indices) }
    ) { g, table throws(TensorError) in
      table.accumulate(into: slot, shape: shape) { gradient, isFirst in
        if isFirst { odnn_fill(gradient, 0, Int64(shape.count)) }
        odnn_add_to_rows(
          g.pointer, numbers, Int64(numbers.count), Int64(width), Int64(available), gradient)
      }
    }
  }

  /// The samples for which `mask` is true, in order: rows that stay in a batch, or leave it.
  public func rows(where mask: [Bool]) throws(TensorError) -> Tensor {
    guard shape.rank >= 1, mask.count == shape[0] else {
      throw TensorError(
        "rows(where:): got \(mask.count) truth values for \(shape), expected one per row.")
    }
    return try rows(mask.indices.filter { mask[$0] })
  }

  /// One scalar of every row: column `columns[r]` of row r, N×C to N.
  public func picked(columns: [Int]) throws(TensorError) -> Tensor {
    try requireRank(2, "picked", "N×C")
    let (rows, width) = (shape[0], shape[1])
    guard columns.count == rows else {
      throw TensorError("picked: got \(columns.count) columns for \(shape), expected \(rows).")
    }
    if let wrong = columns.first(where: { !(0..<width).contains($0) }) {
      throw TensorError("picked: column \(wrong) is outside the \(width) columns of \(shape).")
    }
    let places = columns.enumerated().map { $0 * width + $1 }
    return try reshaped([count, 1]).rows(places).reshaped([rows])
  }
}
