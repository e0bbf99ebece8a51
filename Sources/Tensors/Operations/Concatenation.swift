internal import COneDNN

extension Tensor {
  /// Tensors joined along `axis`.
  ///
  /// All other sizes must agree. Axis −1 joins channels.
  public static func concatenated(_ parts: [Tensor], axis: Int = -1) throws(TensorError) -> Tensor {
    let (shape, at) = try concatenatedShape(parts.map(\.shape), axis)
    let output = try Tensor.output(shape, of: "concatenated")
    let outer = Int64(Shape(Array(shape.dims[..<at])).count)
    let inner = Int64(shape.dims[at...].reduce(1, *))
    let widths = parts.map { Int64($0.shape.dims[at...].reduce(1, *)) }
    odnn_join_rows(
      parts.map { Optional($0.pointer) }, widths, Int32(parts.count), outer, inner, output.pointer)
    let (slots, shapes) = (parts.map(\.slot), parts.map(\.shape))
    return try output.recorded(
      from: parts,
      forward: { t in
        try .concatenated(zip(parts, t).map { $1 ?? .zeros($0.shape) }, axis: axis)
      }
    ) { g, table throws(TensorError) in
      let gradients = shapes.indices.map { k in
        slots[k].map { _ in Tensor(uninitialized: shapes[k]) }
      }
      odnn_part_rows(
        g.pointer, outer, inner, gradients.map { $0?.pointer }, widths, Int32(widths.count))
      for (gradient, slot) in zip(gradients, slots) {
        if let gradient { table.add(gradient, to: slot) }
      }
    }
  }

  static func concatenatedShape(
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
