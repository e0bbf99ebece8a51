internal import COneDNN

// Element-wise arithmetic, between tensors and with a number.

extension Tensor {
  /// max(x, 0), element by element.
  public func relu() throws(TensorError) -> Tensor {
    let output = try Tensor.output(shape, of: "relu")
    odnn_relu(pointer, output.pointer, Int64(count))
    let slot = slot
    return try output.recorded(
      from: self,
      forward: { t in t[0]?.masked(where: output) }
    ) { g, table throws(TensorError) in
      table.add(g.masked(where: output), to: slot)
    }
  }

  /// The sum of two tensors of the same shape, optionally with ReLU applied to it: the end of a
  /// residual block in one pass over memory.
  public func adding(_ other: Tensor, relu: Bool = false) throws(TensorError) -> Tensor {
    try requireSameShape(other, "adding")
    let output = try Tensor.output(shape, of: "adding")
    odnn_add(pointer, other.pointer, relu ? 1 : 0, output.pointer, Int64(count))
    let (first, second) = (slot, other.slot)
    return try output.recorded(
      from: self, other,
      forward: { t in
        let sum = try Tensor.sum(t[0], t[1])
        return relu ? sum?.masked(where: output) : sum
      }
    ) { g, table throws(TensorError) in
      let gradient = relu ? g.masked(where: output) : g
      table.add(gradient, to: first)
      table.add(gradient, to: second)
    }
  }

  /// Element by element a + b.
  ///
  /// Axes of 1, and missing leading axes, are repeated, as in NumPy; so they are for −, · and /.
  public static func + (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    guard a.shape != b.shape else { return try a.adding(b) }
    let (first, second, x, y) = (a.slot, b.slot, a.shape, b.shape)
    return try a.combined(b, odnn_binary_add, "+")
      .recorded(
        from: a, b,
        forward: { t in
          try Tensor.sum(t[0], t[1])?.broadcast(to: Self.broadcastShape(x, y))
        }
      ) { g, table throws(TensorError) in
        if second != nil { table.add(g.summed(to: y), to: second) }
        if first != nil { table.add(g.summed(to: x), to: first) }
      }
  }

  /// Element by element a − b.
  public static func - (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    let (first, second, x, y) = (a.slot, b.slot, a.shape, b.shape)
    return try a.combined(b, odnn_binary_subtract, "-")
      .recorded(
        from: a, b,
        forward: { t in
          try Tensor.sum(t[0], t[1]?.mapped(factor: -1))?.broadcast(to: Self.broadcastShape(x, y))
        }
      ) { g, table throws(TensorError) in
        if second != nil { table.add(g.mapped(factor: -1).summed(to: y), to: second) }
        if first != nil { table.add(g.summed(to: x), to: first) }
      }
  }

  /// Element by element a · b.
  public static func * (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    let output = try a.combined(b, odnn_binary_multiply, "*")
    let (first, second, firstSlot, secondSlot) = (a.detached, b.detached, a.slot, b.slot)
    return try output.recorded(
      from: a, b,
      forward: { t in
        try .sum(t[0].map { try $0 * second }, t[1].map { try first * $0 })
      }
    ) { g, table throws(TensorError) in
      if firstSlot != nil {
        let all = try g.combined(second, odnn_binary_multiply, "*")
        table.add(all.summed(to: first.shape), to: firstSlot)
      }
      if secondSlot != nil {
        let all = try g.combined(first, odnn_binary_multiply, "*")
        table.add(all.summed(to: second.shape), to: secondSlot)
      }
    }
  }

  public static func + (a: Tensor, b: Float) throws(TensorError) -> Tensor {
    try a.affine(factor: 1, offset: b)
  }

  public static func - (a: Tensor, b: Float) throws(TensorError) -> Tensor {
    try a.affine(factor: 1, offset: -b)
  }

  public static func * (a: Tensor, b: Float) throws(TensorError) -> Tensor {
    try a.affine(factor: b, offset: 0)
  }

  public static func * (a: Float, b: Tensor) throws(TensorError) -> Tensor { try b * a }

  public static func / (a: Tensor, b: Float) throws(TensorError) -> Tensor { try a * (1 / b) }

  /// The same value, through which no gradient flows back.
  public func stoppingGradient() -> Tensor { detached }

  /// The same value, whose gradient is multiplied by `factor` on the way back.
  ///
  /// GPF divides the gradients that exits send into a shared layer by their number; −1 reverses
  /// them (Ganin & Lempitsky, arXiv 1409.7495). Li et al., *Improved techniques for training
  /// adaptive deep networks*, ICCV 2019, arXiv 1908.06294, section 3.2 (gradient equilibrium).
  public func scalingGradient(by factor: Float) throws(TensorError) -> Tensor {
    let slot = slot
    return try detached.recorded(
      from: self,
      forward: { t in t[0]?.mapped(factor: factor) }
    ) { g, table throws(TensorError) in
      table.add(factor == 1 ? g : g.mapped(factor: factor), to: slot)
    }
  }

  private func affine(factor: Float, offset: Float) throws(TensorError) -> Tensor {
    let output = try Tensor.output(shape, of: "arithmetic with a number")
    odnn_affine(pointer, factor, offset, output.pointer, Int64(count))
    let slot = slot
    return try output.recorded(
      from: self,
      forward: { t in t[0]?.mapped(factor: factor) }
    ) { g, table throws(TensorError) in
      table.add(factor == 1 ? g : g.mapped(factor: factor), to: slot)
    }
  }
}

// MARK: Unrecorded kernels

extension Tensor {
  func mapped(factor: Float, offset: Float = 0) -> Tensor {
    let output = Tensor(uninitialized: shape)
    odnn_affine(pointer, factor, offset, output.pointer, Int64(count))
    return output
  }

  func product(_ other: Tensor) -> Tensor {
    let output = Tensor(uninitialized: shape)
    odnn_multiply(pointer, other.pointer, output.pointer, Int64(count))
    return output
  }

  /// This gradient where `output` is positive, 0 elsewhere; in place if nobody else holds it.
  consuming func masked(where output: Tensor) -> Tensor {
    let result = isUnshared ? self : emptyCopy
    odnn_relu_gradient(pointer, output.pointer, result.pointer, Int64(count))
    return result
  }

  /// self += other, in place if nobody else holds this memory.
  mutating func accumulate(_ other: Tensor) {
    if let columns = ownColumns {
      columns.add(other)
    } else if isUnshared {
      odnn_accumulate(other.pointer, 1, pointer, Int64(count))
    } else {
      let sum = Tensor(uninitialized: shape)
      odnn_add(pointer, other.pointer, 0, sum.pointer, Int64(count))
      self = sum
    }
  }

  func requireSameShape(_ other: Tensor, _ operation: String) throws(TensorError) {
    guard shape == other.shape else {
      throw TensorError(
        "\(operation): the shapes differ: \(shape) and \(other.shape); expected equal shapes.")
    }
  }

  func requireRank(_ rank: Int, _ operation: String, _ axes: String) throws(TensorError) {
    guard shape.rank == rank else {
      throw TensorError("\(operation): the input is \(shape), expected \(axes) (rank \(rank)).")
    }
  }
}
