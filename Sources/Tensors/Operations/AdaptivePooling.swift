internal import COneDNN

extension Tensor {
  /// The shape that adaptive pooling gives: N×H×W×C to N×height×width×C.
  public static func adaptivelyPooledShape(
    _ input: Shape, height: Int, width: Int
  ) throws(TensorError) -> Shape {
    guard input.rank == 4, input.checkedCount != nil, input[1] > 0, input[2] > 0,
      1..<(1 << 15) ~= height, 1..<(1 << 15) ~= width
    else {
      throw TensorError(
        "adaptive pooling: got the input \(input) for \(height)×\(width); expected N×H×W×C and "
          + "positive sizes.")
    }
    return [input[0], height, width, input[3]]
  }

  /// The mean of height × width windows that share the image out as evenly as they can.
  ///
  /// Window i spans the rows ⌊i·H/height⌋ to ⌈(i+1)·H/height⌉, as in PyTorch.
  public func adaptivelyAveragePooled(height: Int, width: Int) throws(TensorError) -> Tensor {
    let (output, sizes) = try adaptivePooling(height, width)
    withUnsafePointer(to: sizes) { odnn_average_pool($0, pointer, output.pointer) }
    let (shape, slot) = (shape, slot)
    return try output.recorded(
      from: self,
      forward: { t in
        try t[0]?.adaptivelyAveragePooled(height: height, width: width)
      }
    ) { g, table throws(TensorError) in
      let gradient = try Tensor.output(shape, of: "adaptive pooling, backward")
      withUnsafePointer(to: sizes) { odnn_average_pool_gradient($0, g.pointer, gradient.pointer) }
      table.add(gradient, to: slot)
    }
  }

  /// The largest of height × width windows that share the image out as evenly as they can.
  ///
  /// The gradient goes to the first such position.
  public func adaptivelyMaxPooled(height: Int, width: Int) throws(TensorError) -> Tensor {
    let (output, sizes) = try adaptivePooling(height, width)
    let places = Storage(count: output.count)
    withUnsafePointer(to: sizes) { sizes in
      places.asIntegers { odnn_max_pool(sizes, pointer, output.pointer, $0) }
    }
    let (shape, slot) = (shape, slot)
    return try output.recorded(
      from: self,
      forward: { t in t[0]?.picked(at: places, output.shape) }
    ) { g, table throws(TensorError) in
      let gradient = try Tensor.output(shape, of: "adaptive pooling, backward")
      withUnsafePointer(to: sizes) { sizes in
        places.asIntegers { odnn_max_pool_gradient(sizes, g.pointer, $0, gradient.pointer) }
      }
      table.add(gradient, to: slot)
    }
  }

  /// w · largest + (1 − w) · mean of every kernel×kernel window; w is one number, 1×1 or a scalar.
  ///
  /// The feature reduction of shallow-deep networks: Kaya, Hong & Dumitraş, ICML 2019,
  /// arXiv 1810.07052, section 4; Lee, Gallagher & Tu, arXiv 1509.08985, equation 1.
  public func mixedPooled(
    weight: Tensor, kernel: Int, stride: Int? = nil, padding: Int = 0
  ) throws(TensorError) -> Tensor {
    guard weight.count == 1, weight.shape.rank <= 4 else {
      throw TensorError("mixedPooled: the weight is \(weight.shape), expected a single number.")
    }
    let mean = try averagePooled(kernel: kernel, stride: stride, padding: padding)
    let largest = try maxPooled(kernel: kernel, stride: stride, padding: padding)
    return try mean + (largest - mean) * weight
  }

  private func adaptivePooling(
    _ height: Int, _ width: Int
  ) throws(TensorError) -> (Tensor, odnn_pooling_shape) {
    let output = try Self.adaptivelyPooledShape(shape, height: height, width: width)
    let sizes = odnn_pooling_shape(
      batch: Int64(shape[0]), height: Int64(shape[1]), width: Int64(shape[2]),
      channels: Int64(shape[3]), out_height: Int64(height), out_width: Int64(width), kernel: 0,
      stride: 1, padding: 0)
    return (try Tensor.output(output, of: "adaptive pooling"), sizes)
  }
}
