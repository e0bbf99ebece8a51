internal import COneDNN

extension Tensor {
  /// Multiply-adds of a dense layer for one row.
  public static func denseMultiplyAdds(weight: Shape) -> Int { weight.count }

  /// y = x Wᵀ + b: N×…×I to N×…×O with a weight of O×I and a bias of O.
  ///
  /// A row of the result is bit for bit the same whatever other rows the batch has, so a sample gets
  /// the same answer alone and in company.
  public func dense(weight: Tensor, bias: Tensor? = nil) throws(TensorError) -> Tensor {
    guard shape.rank >= 2, weight.shape.rank == 2, weight.shape[1] == shape[-1] else {
      throw TensorError(
        "dense: the input is \(shape) and the weight \(weight.shape); expected N×…×I and a weight "
          + "out×in with in = \(shape.dims.last ?? 0).")
    }
    guard shape.rank == 2 else {
      // Every token, or pixel, is a row.
      let rows = Shape([shape.dims.dropLast().reduce(1, *), shape[-1]])
      return try reshaped(rows).dense(weight: weight, bias: bias)
        .reshaped(Shape(shape.dims.dropLast() + [weight.shape[0]]))
    }
    guard bias.map({ $0.shape == [weight.shape[0]] }) ?? true else {
      throw TensorError(
        "dense: the bias is \(bias?.shape ?? []), expected \(weight.shape[0]) to fit the weight "
          + "\(weight.shape).")
    }
    let output = try rowwiseProduct(weight)
    if let bias {
      odnn_add_rows(bias.pointer, output.pointer, Int64(shape[0]), Int64(weight.shape[0]))
    }
    let (input, inputSlot, biasSlot) = (detached, slot, bias?.slot)
    let (matrix, weightSlot) = (weight.detached, weight.slot)
    return try output.recorded(from: self, weight, bias) { g, table throws(TensorError) in
      if biasSlot != nil { table.add(g.summedRows(), to: biasSlot) }
      if weightSlot != nil {
        table.add(try g.product(input, transposed: (true, false)), to: weightSlot)
      }
      if inputSlot != nil {
        table.add(try g.product(matrix, transposed: (false, false)), to: inputSlot)
      }
    }
  }

  /// x Wᵀ in sums of one order: oneDNN adds up in another order below 16 rows, so few rows are
  /// filled up to 16.
  private func rowwiseProduct(_ weight: Tensor) throws(TensorError) -> Tensor {
    let rows = shape[0]
    guard (1..<16).contains(rows) else {
      return try product(weight, transposed: (false, true))
    }
    let filled = Tensor.zeros([16, shape[1]])
    filled.pointer.update(from: pointer, count: count)
    let products = try filled.product(weight, transposed: (false, true))
    let output = try Tensor.output([rows, weight.shape[0]], of: "dense")
    output.pointer.update(from: products.pointer, count: output.count)
    return output
  }

  /// The matrix product op(self) · op(other), unrecorded.
  func product(
    _ other: Tensor, transposed: (Bool, Bool)
  ) throws(TensorError) -> Tensor {
    let (m, k) = transposed.0 ? (shape[1], shape[0]) : (shape[0], shape[1])
    let n = transposed.1 ? other.shape[0] : other.shape[1]
    let output = try Tensor.output([m, n], of: "dense")
    guard m > 0, n > 0, k > 0 else { return .zeros([m, n]) }
    let call = MatrixCall(m: m, n: n, k: k, transposed: transposed)
    EngineCall.note(.product(call))
    try call.run(pointer, other.pointer, output.pointer, steps: (0, 0))
    return output
  }

  /// N×C to C: the sum over rows.
  func summedRows() -> Tensor {
    let channels = shape[-1]
    guard count > 0 else { return .zeros([channels]) }
    let (rows, output) = (Int64(count / channels), Tensor(uninitialized: [channels]))
    let scratch = Storage(count: odnn_channel_scratch(rows, Int64(channels)))
    odnn_channel_sums(pointer, rows, Int64(channels), output.pointer, scratch.pointer)
    return output
  }
}
