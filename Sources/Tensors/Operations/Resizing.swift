internal import COneDNN

extension Tensor {
  /// Images of another size, N×H×W×C to N×height×width×C, each pixel a mixture of the four nearest.
  ///
  /// - Parameter aligningCorners: whether the corner pixels of both images lie on each other.
  ///   Otherwise their outer edges do, and pixels beyond the edge repeat it. As in PyTorch.
  public func resized(
    height: Int, width: Int, aligningCorners: Bool = false
  ) throws(TensorError) -> Tensor {
    guard shape.rank == 4, shape[1] > 0, shape[2] > 0, 1..<(1 << 15) ~= height,
      1..<(1 << 15) ~= width
    else {
      throw TensorError(
        "resized: got the input \(shape) for \(height)×\(width); expected N×H×W×C and positive "
          + "sizes.")
    }
    let output = try Tensor.output([shape[0], height, width, shape[3]], of: "resized")
    let sizes = odnn_resize_shape(
      batch: Int64(shape[0]), height: Int64(shape[1]), width: Int64(shape[2]),
      channels: Int64(shape[3]), out_height: Int64(height), out_width: Int64(width),
      align_corners: aligningCorners ? 1 : 0)
    withUnsafePointer(to: sizes) { odnn_resize($0, pointer, output.pointer) }
    let (shape, slot) = (shape, slot)
    return try output.recorded(
      from: self,
      forward: { t in
        try t[0]?.resized(height: height, width: width, aligningCorners: aligningCorners)
      }
    ) { g, table throws(TensorError) in
      let gradient = try Tensor.output(shape, of: "resized, backward")
      withUnsafePointer(to: sizes) { odnn_resize_gradient($0, g.pointer, gradient.pointer) }
      table.add(gradient, to: slot)
    }
  }
}
