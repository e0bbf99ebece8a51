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
      .recorded(
        from: self,
        forward: { t in try t[0]?.reduced(factor: factor) }
      ) { g, table throws(TensorError) in
        table.add(.filled(g.pointer[0] * factor, shape: shape), to: slot)
      }
  }

  /// The sum over `axes`, which become 1, or are left out unless `keepingAxes`.
  ///
  /// Negative axes count from the end. Sums are taken in double precision between short blocks.
  public func sum(over axes: [Int], keepingAxes: Bool = false) throws(TensorError) -> Tensor {
    let axes = try checkedAxes(axes, "sum")
    let (kept, final) = reducedShapes(axes, keepingAxes)
    let (shape, slot) = (shape, slot)
    return try Tensor(shape: final, storage: reduced(axes, odnn_reduce_sum).storage)
      .recorded(
        from: self,
        forward: { t in try t[0]?.sum(over: axes, keepingAxes: keepingAxes) }
      ) { g, table throws(TensorError) in
        table.add(
          try Tensor(shape: kept, storage: g.storage).broadcast(to: shape), to: slot)
      }
  }

  /// The mean over `axes`, which become 1, or are left out unless `keepingAxes`.
  ///
  /// Throws if there is nothing to average.
  public func mean(over axes: [Int], keepingAxes: Bool = false) throws(TensorError) -> Tensor {
    let number = try reducedCount(axes, "mean")
    return try sum(over: axes, keepingAxes: keepingAxes) * (1 / Float(number))
  }

  /// The largest element over `axes`, which become 1, or are left out unless `keepingAxes`.
  ///
  /// Where several are largest, each gets an equal share of the gradient.
  public func largest(over axes: [Int], keepingAxes: Bool = false) throws(TensorError) -> Tensor {
    _ = try reducedCount(axes, "largest")
    let axes = try checkedAxes(axes, "largest")
    let (kept, final) = reducedShapes(axes, keepingAxes)
    let peaks = Tensor(shape: kept, storage: reduced(axes, odnn_reduce_largest).storage)
    let (input, slot) = (detached, slot)
    return try Tensor(shape: final, storage: peaks.storage)
      .recorded(
        from: self,
        forward: { t in
          let isPeak = try input.combined(peaks, odnn_binary_equal, "largest")
          let number = try isPeak.sum(over: axes, keepingAxes: keepingAxes)
          return try t[0].map {
            try (isPeak * $0).sum(over: axes, keepingAxes: keepingAxes) / number
          }
        }
      ) { g, table throws(TensorError) in
        let isPeak = try input.combined(peaks, odnn_binary_equal, "largest")
        let number = Tensor(shape: kept, storage: isPeak.reduced(axes, odnn_reduce_sum).storage)
        let share = try Tensor(shape: kept, storage: g.storage)
          .combined(number, odnn_binary_divide, "largest")
        table.add(try isPeak.combined(share, odnn_binary_multiply, "largest"), to: slot)
      }
  }

  /// The variance over `axes`, which become 1, or are left out unless `keepingAxes`:
  /// Σ (x − mean)² / (n − correction).
  ///
  /// - Parameter correction: 1 for the unbiased estimate, 0 for the variance of the values.
  public func variance(
    over axes: [Int], correction: Int = 0, keepingAxes: Bool = false
  ) throws(TensorError) -> Tensor {
    let number = try reducedCount(axes, "variance")
    guard correction >= 0, number > correction else {
      throw TensorError(
        "variance: \(number) values of \(shape) with a correction of \(correction); expected more "
          + "values than the correction.")
    }
    let axes = try checkedAxes(axes, "variance")
    let (kept, final) = reducedShapes(axes, keepingAxes)
    let factor = 1 / Float(number - correction)
    let mean = Tensor(shape: kept, storage: reduced(axes, odnn_reduce_sum).storage)
      .mapped(factor: 1 / Float(number))
    let squares = try combined(mean, odnn_binary_squared_difference, "variance")
    let (input, slot) = (detached, slot)
    return try Tensor(shape: final, storage: squares.reduced(axes, odnn_reduce_sum).storage)
      .mapped(factor: factor)
      .recorded(
        from: self,
        forward: { t in
          // The centred values add up to zero, so what the mean does cancels.
          let centred = try input.combined(mean, odnn_binary_subtract, "variance")
          return try t[0].map {
            try (centred * $0).sum(over: axes, keepingAxes: keepingAxes) * (2 * factor)
          }
        }
      ) { g, table throws(TensorError) in
        let slope = Tensor(shape: kept, storage: g.storage).mapped(factor: 2 * factor)
        let centred = try input.combined(mean, odnn_binary_subtract, "variance")
        table.add(try centred.combined(slope, odnn_binary_multiply, "variance"), to: slot)
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

// MARK: Unrecorded kernels

extension Tensor {
  /// outer × count × inner → outer × inner.
  typealias Reduction = (
    UnsafePointer<Float>?, Int64, Int64, Int64, UnsafeMutablePointer<Float>?
  ) -> Void

  /// The reduction over `axes`, in ascending order, which are left out of the shape.
  func reduced(_ axes: [Int], _ reduction: Reduction) -> Tensor {
    var (current, dims) = (detached, shape.dims)
    // Neighbouring axes go in one pass; the innermost first, as it shrinks the rest most.
    var rest = axes[...]
    while let last = rest.last {
      var first = last
      while rest.dropLast().last == first - 1 {
        first -= 1
        rest = rest.dropLast()
      }
      rest = rest.dropLast()
      let outer = dims[..<first].reduce(1, *)
      let number = dims[first...last].reduce(1, *)
      let inner = dims[(last + 1)...].reduce(1, *)
      dims.removeSubrange(first...last)
      let output = Tensor(uninitialized: Shape(dims))
      if output.count > 0 {
        reduction(current.pointer, Int64(outer), Int64(number), Int64(inner), output.pointer)
      }
      current = output
    }
    return current
  }

  /// The axes as numbers from 0, in ascending order.
  func checkedAxes(_ axes: [Int], _ operation: String) throws(TensorError) -> [Int] {
    let positive = axes.map { $0 < 0 ? shape.rank + $0 : $0 }.sorted()
    guard positive.allSatisfy(shape.dims.indices.contains), Set(positive).count == axes.count
    else {
      throw TensorError(
        "\(operation): got the axes \(axes) of \(shape), expected different ones from 0 to "
          + "\(shape.rank - 1).")
    }
    return positive
  }

  private func reducedCount(_ axes: [Int], _ operation: String) throws(TensorError) -> Int {
    let number = try checkedAxes(axes, operation).reduce(1) { $0 * shape.dims[$1] }
    guard number > 0 else {
      throw TensorError("\(operation): \(shape) has no elements along the axes \(axes).")
    }
    return number
  }

  /// The shape with 1 in place of the axes, and the shape of the result.
  private func reducedShapes(_ axes: [Int], _ keepingAxes: Bool) -> (kept: Shape, final: Shape) {
    let kept = Shape(shape.dims.enumerated().map { axes.contains($0) ? 1 : $1 })
    let rest = Shape(shape.dims.enumerated().filter { !axes.contains($0.offset) }.map(\.element))
    return (kept, keepingAxes ? kept : rest)
  }
}
