internal import COneDNN

extension Tensor {
  /// The shape that pooling gives: N×H×W×C with windows of kernel×kernel.
  public static func pooledShape(
    _ input: Shape, kernel: Int, stride: Int? = nil, padding: Int = 0
  ) throws(TensorError) -> Shape {
    let stride = stride ?? kernel
    guard input.rank == 4, input.checkedCount != nil, input[1] > 0, input[2] > 0,
      1..<(1 << 15) ~= kernel, 1..<(1 << 15) ~= stride, padding >= 0, padding <= kernel / 2
    else {
      throw TensorError(
        "pooling: got input \(input), kernel \(kernel), stride \(stride), padding \(padding); "
          + "expected N×H×W×C, positive sizes, and padding of at most half the kernel.")
    }
    let height = input[1] + 2 * padding - kernel
    let width = input[2] + 2 * padding - kernel
    guard height >= 0, width >= 0 else {
      throw TensorError(
        "pooling: the kernel \(kernel)×\(kernel) is larger than the input \(input) with padding "
          + "\(padding).")
    }
    return [input[0], height / stride + 1, width / stride + 1, input[3]]
  }

  /// The mean of every kernel×kernel window; padding counts as zeros.
  ///
  /// The stride is the kernel's
  /// size unless given.
  public func averagePooled(
    kernel: Int, stride: Int? = nil, padding: Int = 0
  ) throws(TensorError) -> Tensor {
    let output = try Tensor.output(
      Self.pooledShape(shape, kernel: kernel, stride: stride, padding: padding), of: "pooling")
    var pooling = poolingShape(output.shape, kernel, stride ?? kernel, padding)
    odnn_average_pool(&pooling, pointer, output.pointer)
    let (shape, slot, backward) = (shape, slot, pooling)
    return try output.recorded(
      from: self,
      forward: { t in
        try t[0]?.averagePooled(kernel: kernel, stride: stride, padding: padding)
      }
    ) { g, table throws(TensorError) in
      let gradient = try Tensor.output(shape, of: "pooling, backward")
      withUnsafePointer(to: backward) {
        odnn_average_pool_gradient($0, g.pointer, gradient.pointer)
      }
      table.add(gradient, to: slot)
    }
  }

  /// The largest of every kernel×kernel window.
  ///
  /// The gradient goes to the first such position. The
  /// stride is the kernel's size unless given.
  public func maxPooled(
    kernel: Int, stride: Int? = nil, padding: Int = 0
  ) throws(TensorError) -> Tensor {
    let output = try Tensor.output(
      Self.pooledShape(shape, kernel: kernel, stride: stride, padding: padding), of: "pooling")
    var pooling = poolingShape(output.shape, kernel, stride ?? kernel, padding)
    let places = Storage(count: output.count)
    places.asIntegers { odnn_max_pool(&pooling, pointer, output.pointer, $0) }
    let (shape, slot, backward) = (shape, slot, pooling)
    return try output.recorded(
      from: self,
      forward: { t in t[0]?.picked(at: places, output.shape) }
    ) { g, table throws(TensorError) in
      let gradient = try Tensor.output(shape, of: "pooling, backward")
      withUnsafePointer(to: backward) { pooling in
        places.asIntegers {
          odnn_max_pool_gradient(pooling, g.pointer, $0, gradient.pointer)
        }
      }
      table.add(gradient, to: slot)
    }
  }

  /// The mean over height and width: N×H×W×C to N×C.
  public func globalAveragePooled() throws(TensorError) -> Tensor {
    try requireRank(4, "globalAveragePooled", "N×H×W×C")
    let (batch, area, channels) = (shape[0], shape[1] * shape[2], shape[3])
    guard area > 0 else {
      throw TensorError("globalAveragePooled: the input \(shape) has no positions to average.")
    }
    let output = try Tensor.output([batch, channels], of: "globalAveragePooled")
    if output.count > 0 {
      odnn_global_average(pointer, Int64(batch), Int64(area), Int64(channels), output.pointer)
    }
    let (shape, slot) = (shape, slot)
    return try output.recorded(
      from: self,
      forward: { t in try t[0]?.globalAveragePooled() }
    ) { g, table throws(TensorError) in
      table.accumulate(into: slot, shape: shape) { gradient, isFirst in
        guard g.count > 0 else { return }
        odnn_global_average_gradient(
          g.pointer, Int64(batch), Int64(area), Int64(channels), isFirst ? 0 : 1, gradient)
      }
    }
  }

  private func poolingShape(
    _ output: Shape, _ kernel: Int, _ stride: Int, _ padding: Int
  ) -> odnn_pooling_shape {
    odnn_pooling_shape(
      batch: Int64(shape[0]), height: Int64(shape[1]), width: Int64(shape[2]),
      channels: Int64(shape[3]), out_height: Int64(output[1]), out_width: Int64(output[2]),
      kernel: Int64(kernel), stride: Int64(stride), padding: Int64(padding))
  }
}

extension Tensor {
  /// The scalars where a maximum was found: for every output its position in the image.
  func picked(at places: Storage, _ output: Shape) -> Tensor {
    let (area, channels) = (shape[1] * shape[2], shape[3])
    let perImage = output.sample.count
    return Tensor(shape: output) { result in
      places.asIntegers { places in
        for k in result.indices {
          let image = k / perImage * area
          result[k] = pointer[(image + Int(places[k])) * channels + k % channels]
        }
      }
    }
  }
}

extension Storage {
  /// The same memory as 32-bit integers.
  func asIntegers(_ body: (UnsafeMutablePointer<Int32>) -> Void) {
    UnsafeMutableRawPointer(pointer).withMemoryRebound(to: Int32.self, capacity: count, body)
  }
}
