internal import COneDNN

extension Tensor {
  /// A dense layer, or how it is given to ``twoLayers(_:_:_:adding:)``: a weight of O×I, a bias of O.
  public typealias DenseLayer = (weight: Tensor, bias: Tensor)

  /// f(x W₁ᵀ + b₁) W₂ᵀ + b₂ [+ addend], the dense layers of a transformer's block: N×…×I to N×…×O.
  ///
  /// What lies between the layers, the widest array of a block, is kept once and not twice: the
  /// function's values are made again on the way back. The multiply-adds are those of two dense
  /// layers. Vaswani et al., 2017, arXiv 1706.03762, equation 2.
  public func twoLayers(
    _ first: DenseLayer, _ activation: Activation, _ second: DenseLayer,
    adding addend: Tensor? = nil
  ) throws(TensorError) -> Tensor {
    let inputs = [self, first.weight, first.bias, second.weight, second.bias, addend]
    guard let function = activation.native, try !Tensor.carry(inputs) else {
      return try dense(weight: first.weight, bias: first.bias, activation: activation)
        .dense(weight: second.weight, bias: second.bias, adding: addend)
    }
    let inner = try DenseProduct(self, first.weight, first.bias, operation: "twoLayers, the first")
    let (sums, kept) = try inner.keeping(self)
    let rows = BiasedRows(sums, first.bias, function)
    let values = rows.values()
    let outer = try DenseProduct(
      values, second.weight, second.bias, operation: "twoLayers, the second")
    let output = try outer.run(
      outer.factor(consume values), bias: second.bias, adding: addend)
    let (biasSlot, addendSlot) = (second.bias.slot, addend?.slot)
    let isDeep = slot != nil || first.weight.slot != nil || first.bias.slot != nil
    guard try Tensor.tape(of: inputs) != nil else { return output }
    let later = rows.kept()
    return try output.recorded(from: inputs) { g, table throws(TensorError) in
      let rows = later.restored()
      if biasSlot != nil { table.add(g.summedRows(), to: biasSlot) }
      table.add(g, to: addendSlot)
      let end = outer.factor(g)
      try outer.addWeightGradient(end, outer.factor(rows.values()), to: table)
      if isDeep {
        let gradient = inner.factor(rows.gradient(try outer.inputGradient(end), table))
        try inner.addWeightGradient(gradient, kept, to: table)
        try inner.addInputGradient(gradient, to: table)
      }
    }
  }
}
