internal import COneDNN

extension Tensor {
  /// Multiply-adds of a dense layer for one row.
  public static func denseMultiplyAdds(weight: Shape) -> Int { weight.count }

  /// y = x Wᵀ + b: N×…×I to N×…×O with a weight of O×I and a bias of O.
  ///
  /// A row of the result is bit for bit the same whatever other rows the batch has, so a sample gets
  /// the same answer alone and in company.
  ///
  /// - Parameter addend: added to the result in the same pass over memory: the end of a residual
  ///   branch.
  public func dense(
    weight: Tensor, bias: Tensor? = nil, adding addend: Tensor? = nil
  ) throws(TensorError) -> Tensor {
    let product = try DenseProduct(self, weight, bias, operation: "dense")
    let output = try product.run(self, bias: bias, adding: addend)
    let (input, biasSlot, addendSlot) = (detached, bias?.slot, addend?.slot)
    return try output.recorded(
      from: [self, weight, bias, addend],
      forward: { t in
        let first = try t[0].map { try product.run($0) }
        let second = try t[1].map { try input.dense(weight: $0) }
        return try .sum(first, second, t[2]?.broadcast(to: output.shape), t[3])
      }
    ) { g, table throws(TensorError) in
      if biasSlot != nil { table.add(g.summedRows(), to: biasSlot) }
      try product.addWeightGradient(g, input, to: table)
      try product.addInputGradient(g, to: table)
      table.add(g, to: addendSlot)
    }
  }

  /// f(x Wᵀ + b), the bias and the function in one pass over memory each way.
  public func dense(
    weight: Tensor, bias: Tensor?, activation: Activation
  ) throws(TensorError) -> Tensor {
    guard let bias, let function = activation.native, try !Tensor.carry(self, weight, bias) else {
      return try dense(weight: weight, bias: bias).activated(by: activation)
    }
    let product = try DenseProduct(self, weight, bias, operation: "dense")
    let rows = BiasedRows(try product.run(self), bias, function)
    let input = detached
    return try rows.values().recorded(from: self, weight, bias) { g, table throws(TensorError) in
      let gradient = rows.gradient(g, table)
      try product.addWeightGradient(gradient, input, to: table)
      try product.addInputGradient(gradient, to: table)
    }
  }

  /// x Wᵀ + b + addend in sums of one order, whatever rows there are: where oneDNN multiplies, it
  /// adds up in another order below 16 rows, so few rows are filled up to 16.
  func rowwiseProduct(
    _ weight: Tensor, _ bias: Tensor?, _ addend: Tensor?
  ) throws(TensorError) -> Tensor {
    let rows = shape[0]
    guard odnn_has_tiles() == 0, (1..<16).contains(rows) else {
      return try product(weight, transposed: (false, true), bias: bias, adding: addend)
    }
    let filled = Tensor.zeros([16, shape[1]])
    filled.pointer.update(from: pointer, count: count)
    let products = try filled.product(weight, transposed: (false, true), bias: bias)
    let output = try Tensor.output([rows, weight.shape[0]], of: "dense")
    output.pointer.update(from: products.pointer, count: output.count)
    if let addend { odnn_accumulate(addend.pointer, 1, output.pointer, Int64(output.count)) }
    return output
  }

  /// The matrix product op(self) · op(other) [+ bias] [+ addend], unrecorded.
  func product(
    _ other: Tensor, transposed: (Bool, Bool), bias: Tensor? = nil, adding addend: Tensor? = nil
  ) throws(TensorError) -> Tensor {
    let (m, k) = transposed.0 ? (shape[1], shape[0]) : (shape[0], shape[1])
    let n = transposed.1 ? other.shape[0] : other.shape[1]
    let output = try Tensor.output([m, n], of: "dense")
    guard m > 0, n > 0 else { return output }
    if k == 0 {
      odnn_fill(output.pointer, 0, Int64(output.count))
      if let bias { odnn_add_rows(bias.pointer, nil, output.pointer, Int64(m), Int64(n)) }
      if let addend { odnn_accumulate(addend.pointer, 1, output.pointer, Int64(output.count)) }
      return output
    }
    let call = MatrixCall(m: m, n: n, k: k, transposed: transposed)
    try call.run(
      pointer, other.pointer, output.pointer, steps: (0, 0), bias: bias, addend: addend)
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
