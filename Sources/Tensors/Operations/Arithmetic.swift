internal import COneDNN

// Arithmetic between tensors of different shapes, as in NumPy: shapes are aligned at the last axis,
// and an axis of 1, or one that is missing, is repeated.

extension Tensor {
  /// The shape that two shapes have in common when axes of 1 are repeated.
  public static func broadcastShape(
    _ a: Shape, _ b: Shape, of operation: String = "broadcast"
  ) throws(TensorError) -> Shape {
    let rank = max(a.rank, b.rank)
    guard rank <= Walk.largestRank else {
      throw TensorError(
        "\(operation): the shapes \(a) and \(b) have more than \(Walk.largestRank) axes.")
    }
    var dims: [Int] = []
    for axis in 0..<rank {
      let (x, y) = (axis - rank + a.rank, axis - rank + b.rank)
      let (m, n) = (x < 0 ? 1 : a.dims[x], y < 0 ? 1 : b.dims[y])
      guard m == n || m == 1 || n == 1 else {
        throw TensorError(
          "\(operation): the shapes \(a) and \(b) do not fit together; expected sizes that are "
            + "equal or 1, counted from the last axis.")
      }
      dims.append(m == 1 ? n : m)
    }
    return Shape(dims)
  }

  /// Element by element a / b.
  public static func / (a: Tensor, b: Tensor) throws(TensorError) -> Tensor {
    let output = try a.combined(b, odnn_binary_divide, "/")
    let (first, second, x, y) = (a.slot, b.slot, a.shape, b.shape)
    let (divisor, quotient) = (b.detached, output)
    return try output.recorded(
      from: a, b,
      forward: { t in
        // d(a / b) = (da − (a / b) · db) / b
        let rest = try t[1].map {
          try $0.combined(quotient, odnn_binary_multiply, "/").mapped(factor: -1)
        }
        return try .sum(t[0], rest)?.combined(divisor, odnn_binary_divide, "/")
      }
    ) { g, table throws(TensorError) in
      let share = try g.combined(divisor, odnn_binary_divide, "/")
      if second != nil {
        table.add(share.product(quotient).mapped(factor: -1).summed(to: y), to: second)
      }
      table.add(share.summed(to: x), to: first)
    }
  }

  /// The larger of each two elements; the gradient goes there, and in halves where they are equal.
  public static func larger(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    try chosen(a, b, odnn_binary_larger, "larger")
  }

  /// The smaller of each two elements; the gradient goes there, and in halves where they are equal.
  public static func smaller(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    try chosen(a, b, odnn_binary_smaller, "smaller")
  }

  private static func chosen(
    _ a: Tensor, _ b: Tensor, _ operation: odnn_binary, _ name: String
  ) throws(TensorError) -> Tensor {
    let output = try a.combined(b, operation, name)
    let (first, second, x, y, result) = (a.slot, b.slot, a.detached, b.detached, output)
    return try output.recorded(
      from: a, b,
      forward: { t in
        let tie = try x.combined(y, odnn_binary_equal, name).mapped(factor: -0.5, offset: 1)
        let parts = try zip([x, y], t).map { input, tangent in
          try tangent.map {
            try $0 * (input.combined(result, odnn_binary_equal, name).product(tie))
          }
        }
        return try .sum(parts[0], parts[1])
      }
    ) { g, table throws(TensorError) in
      let tie = try x.combined(y, odnn_binary_equal, name).mapped(factor: -0.5, offset: 1)
      for (input, slot) in [(x, first), (y, second)] where slot != nil {
        let share = try input.combined(result, odnn_binary_equal, name).product(tie)
        table.add(g.product(share).summed(to: input.shape), to: slot)
      }
    }
  }

  /// (a − b)², element by element.
  static func squaredDifference(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    let output = try a.combined(b, odnn_binary_squared_difference, "squared difference")
    let (first, second, x, y) = (a.slot, b.slot, a.detached, b.detached)
    return try output.recorded(
      from: a, b,
      forward: { t in
        let slope = try x.combined(y, odnn_binary_subtract, "-").mapped(factor: 2)
        return try Tensor.sum(t[0], t[1]?.mapped(factor: -1)).map { try $0 * slope }
      }
    ) { g, table throws(TensorError) in
      let slope = try x.combined(y, odnn_binary_subtract, "-").product(g).mapped(factor: 2)
      if second != nil { table.add(slope.mapped(factor: -1).summed(to: y.shape), to: second) }
      table.add(slope.summed(to: x.shape), to: first)
    }
  }

  /// The same values repeated along axes of 1 and new leading axes, until the shape is `target`.
  public func broadcast(to target: Shape) throws(TensorError) -> Tensor {
    guard try Self.broadcastShape(shape, target) == target, target.checkedCount != nil else {
      throw TensorError("broadcast: \(shape) cannot be repeated to \(target).")
    }
    let output = try Tensor.output(target, of: "broadcast")
    var walk = Walk(sizes: target)
    walk.first = walk.steps(of: shape)
    walk.run(odnn_binary_copy, pointer, pointer, output.pointer)
    let (shape, slot) = (shape, slot)
    return try output.recorded(
      from: self,
      forward: { t in try t[0]?.broadcast(to: target) }
    ) { g, table throws(TensorError) in
      table.add(g.summed(to: shape), to: slot)
    }
  }
}

// MARK: Unrecorded kernels

extension Tensor {
  func combined(
    _ other: Tensor, _ operation: odnn_binary, _ name: String
  ) throws(TensorError) -> Tensor {
    let output = try Tensor.output(Self.broadcastShape(shape, other.shape, of: name), of: name)
    var walk = Walk(sizes: output.shape)
    walk.first = walk.steps(of: shape)
    walk.second = walk.steps(of: other.shape)
    walk.run(operation, pointer, other.pointer, output.pointer)
    return output
  }

  /// The sum over the axes along which `target` was repeated to this shape.
  func summed(to target: Shape) -> Tensor {
    guard shape != target else { return self }
    var kept = Array(repeating: false, count: shape.rank - target.rank)
    for (axis, size) in target.dims.enumerated() {
      kept.append(size == shape.dims[shape.rank - target.rank + axis])
    }
    let axes = kept.indices.filter { !kept[$0] }
    return Tensor(shape: target, storage: reduced(axes, odnn_reduce_sum).storage)
  }
}
