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
    let (output, kept) = try product.keeping(self, bias: bias, adding: addend)
    let (biasSlot, addendSlot) = (bias?.slot, addend?.slot)
    return try output.recorded(
      from: [self, weight, bias, addend],
      forward: { t in
        let first = try t[0].map { try product.run($0) }
        let second = try t[1].map { try detached.dense(weight: $0) }
        return try .sum(first, second, t[2]?.broadcast(to: output.shape), t[3])
      }
    ) { g, table throws(TensorError) in
      if biasSlot != nil { table.add(g.summedRows(), to: biasSlot) }
      table.add(g, to: addendSlot)
      let gradient = product.factor(g)
      try product.addWeightGradient(gradient, kept, to: table)
      try product.addInputGradient(gradient, to: table)
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
    let (sums, kept) = try product.keeping(self)
    let rows = BiasedRows(sums, bias, function)
    let output = rows.values()
    guard try Tensor.tape(of: [self, weight, bias]) != nil else { return output }
    let later = rows.kept()
    return try output.recorded(from: self, weight, bias) { g, table throws(TensorError) in
      let gradient = product.factor(later.restored().gradient(g, table))
      try product.addWeightGradient(gradient, kept, to: table)
      try product.addInputGradient(gradient, to: table)
    }
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
