extension Tensor {
  /// Tensors joined along `axis`.
  ///
  /// All other sizes must agree. Axis −1 joins channels.
  public static func concatenated(_ parts: [Tensor], axis: Int = -1) throws(TensorError) -> Tensor {
    let (shape, at) = try concatenatedShape(parts.map(\.shape), axis)
    let output = try Tensor.output(shape, of: "concatenated")
    let outer = Shape(Array(shape.dims[..<at])).count
    let inner = shape.dims[at...].reduce(1, *)
    forEachSlice(parts.map(\.shape), at, outer, inner) { k, source, target, width in
      (output.pointer + target).update(from: parts[k].pointer + source, count: width)
    }
    let (slots, shapes) = (parts.map(\.slot), parts.map(\.shape))
    return try output.recorded(
      from: parts,
      forward: { t in
        try .concatenated(zip(parts, t).map { $1 ?? .zeros($0.shape) }, axis: axis)
      }
    ) { g, table throws(TensorError) in
      let gradients = shapes.map { Tensor(uninitialized: $0) }
      forEachSlice(shapes, at, outer, inner) { k, source, target, width in
        (gradients[k].pointer + source).update(from: g.pointer + target, count: width)
      }
      for (gradient, slot) in zip(gradients, slots) { table.add(gradient, to: slot) }
    }
  }

  /// Visits every contiguous run of every part: its index, where it lies there and in the whole.
  private static func forEachSlice(
    _ shapes: [Shape], _ axis: Int, _ outer: Int, _ inner: Int,
    _ body: (_ part: Int, _ source: Int, _ target: Int, _ width: Int) -> Void
  ) {
    var offset = 0
    for (k, shape) in shapes.enumerated() {
      let width = shape.dims[axis...].reduce(1, *)
      for o in 0..<outer { body(k, o * width, o * inner + offset, width) }
      offset += width
    }
  }

  private static func concatenatedShape(
    _ shapes: [Shape], _ axis: Int
  ) throws(TensorError) -> (Shape, Int) {
    guard var result = shapes.first else {
      throw TensorError("concatenated: got no tensors, expected at least one.")
    }
    let at = axis < 0 ? result.rank + axis : axis
    guard result.dims.indices.contains(at) else {
      throw TensorError("concatenated: \(result) has no axis \(axis).")
    }
    for shape in shapes.dropFirst() {
      var expected = result
      if shape.rank == expected.rank { expected.dims[at] = shape.dims[at] }
      guard shape == expected else {
        throw TensorError(
          "concatenated: \(shapes[0]) and \(shape) differ in more than axis \(axis).")
      }
      result.dims[at] += shape.dims[at]
    }
    return (result, at)
  }
}
