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
    let width = shape.sample.count
    let output = try Tensor.output(shape.sample.batched(indices.count), of: "rows")
    for (k, i) in indices.enumerated() {
      (output.pointer + k * width).update(from: pointer + i * width, count: width)
    }
    return try output.recorded(from: self) { g, table throws(TensorError) in
      let gradient = Tensor.zeros(shape)
      for (k, i) in indices.enumerated() {
        odnn_accumulate(g.pointer + k * width, 1, gradient.pointer + i * width, Int64(width))
      }
      table.add(gradient, to: slot)
    }
  }
}
