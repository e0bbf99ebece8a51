internal import COneDNN

extension Tensor {
  /// The part of this tensor whose index along `axis` is in `range`.
  ///
  /// Negative axes count from the end. The gradient is added in place where the part was taken.
  public func slice(_ range: Range<Int>, axis: Int) throws(TensorError) -> Tensor {
    let at = try sliceAxis(axis, "slice")
    guard range.lowerBound >= 0, range.upperBound <= shape.dims[at] else {
      throw TensorError(
        "slice: \(range) is outside axis \(at) of \(shape), which has \(shape.dims[at]).")
    }
    var part = shape
    part.dims[at] = range.count
    let output = try Tensor.output(part, of: "slice")
    let steps = Walk.contiguousSteps(shape.dims)
    let offset = range.lowerBound * steps[at]
    var walk = Walk(sizes: part)
    walk.first = steps
    walk.run(odnn_binary_copy, pointer + offset, pointer + offset, output.pointer)
    let (shape, slot) = (shape, slot)
    return try output.recorded(
      from: self,
      forward: { t in try t[0]?.slice(range, axis: axis) }
    ) { g, table throws(TensorError) in
      table.accumulate(into: slot, shape: shape) { gradient, isFirst in
        if isFirst { odnn_fill(gradient, 0, Int64(shape.count)) }
        var back = Walk(sizes: part)
        back.result = steps
        back.second = steps
        back.run(odnn_binary_add, g.pointer, gradient + offset, gradient + offset)
      }
    }
  }

  /// The part at one index along `axis`, which is left out of the shape.
  ///
  /// `x.selected(0, axis: 1)` is the class token of every sample: B×T×D to B×D.
  public func selected(_ index: Int, axis: Int) throws(TensorError) -> Tensor {
    let at = try sliceAxis(axis, "selected")
    guard shape.dims.indices.contains(at), (0..<shape.dims[at]).contains(index) else {
      throw TensorError(
        "selected: index \(index) is outside axis \(axis) of \(shape).")
    }
    var rest = shape
    rest.dims.remove(at: at)
    return try slice(index..<(index + 1), axis: at).reshaped(rest)
  }

  /// This tensor with `value` put before and after it along `axis`.
  public func padded(
    before: Int = 0, after: Int = 0, axis: Int, value: Float = 0
  ) throws(TensorError) -> Tensor {
    let at = try sliceAxis(axis, "padded")
    guard before >= 0, after >= 0, before <= Storage.largestCount, after <= Storage.largestCount
    else {
      throw TensorError("padded: got \(before) before and \(after) after \(shape), expected ≥ 0.")
    }
    var whole = shape
    whole.dims[at] += before + after
    let output = try Tensor.output(whole, of: "padded")
    odnn_fill(output.pointer, value, Int64(output.count))
    let steps = Walk.contiguousSteps(whole.dims)
    let offset = before * steps[at]
    var walk = Walk(sizes: shape)
    walk.result = steps
    walk.run(odnn_binary_copy, pointer, pointer, output.pointer + offset)
    let (shape, slot) = (shape, slot)
    return try output.recorded(
      from: self,
      forward: { t in try t[0]?.padded(before: before, after: after, axis: axis)
      }
    ) { g, table throws(TensorError) in
      let gradient = try Tensor.output(shape, of: "padded, backward")
      var back = Walk(sizes: shape)
      back.first = steps
      back.run(odnn_binary_copy, g.pointer + offset, g.pointer + offset, gradient.pointer)
      table.add(gradient, to: slot)
    }
  }

  /// The axes in another order: axis k of the result is axis `axes[k]` of this tensor.
  public func permuted(_ axes: [Int]) throws(TensorError) -> Tensor {
    guard axes.sorted() == Array(0..<shape.rank), shape.rank <= Walk.largestRank else {
      throw TensorError(
        "permuted: got the axes \(axes) for \(shape), expected each of 0 to \(shape.rank - 1) "
          + "once, and no more than \(Walk.largestRank).")
    }
    var inverse = axes
    for (k, axis) in axes.enumerated() { inverse[axis] = k }
    let slot = slot
    return try reordered(axes).recorded(
      from: self,
      forward: { t in try t[0]?.permuted(axes) }
    ) { g, table throws(TensorError) in
      table.add(try g.reordered(inverse), to: slot)
    }
  }

  /// The last two axes swapped: …×M×N to …×N×M.
  public func transposed() throws(TensorError) -> Tensor {
    guard shape.rank >= 2 else {
      throw TensorError("transposed: the input is \(shape), expected …×M×N.")
    }
    let outer = Array(0..<(shape.rank - 2))
    return try permuted(outer + [shape.rank - 1, shape.rank - 2])
  }

  private func reordered(_ axes: [Int]) throws(TensorError) -> Tensor {
    let output = try Tensor.output(Shape(axes.map { shape.dims[$0] }), of: "permuted")
    let steps = Walk.contiguousSteps(shape.dims)
    var walk = Walk(sizes: output.shape)
    walk.first = axes.map { steps[$0] }
    walk.run(odnn_binary_copy, pointer, pointer, output.pointer)
    return output
  }

  private func sliceAxis(_ axis: Int, _ operation: String) throws(TensorError) -> Int {
    let at = axis < 0 ? shape.rank + axis : axis
    guard shape.dims.indices.contains(at), shape.rank <= Walk.largestRank else {
      throw TensorError(
        "\(operation): \(shape) has no axis \(axis), or more than \(Walk.largestRank) axes.")
    }
    return at
  }
}
