internal import COneDNN

extension Tensor {
  /// The shape that unfolding gives: N×H×W×C to N×T×(C · kernel²), T being the number of windows.
  public static func unfoldedShape(
    _ input: Shape, kernel: Int, stride: Int, padding: Int = 0
  ) throws(TensorError) -> Shape {
    guard input.rank == 4, input.checkedCount != nil, input[1] > 0, input[2] > 0, input[3] > 0,
      1..<(1 << 15) ~= kernel, 1..<(1 << 15) ~= stride, 0..<(1 << 15) ~= padding
    else {
      throw TensorError(
        "unfolded: got input \(input), kernel \(kernel), stride \(stride), padding \(padding); "
          + "expected N×H×W×C, positive sizes, and padding ≥ 0.")
    }
    let (height, width) = (input[1] + 2 * padding - kernel, input[2] + 2 * padding - kernel)
    guard height >= 0, width >= 0 else {
      throw TensorError(
        "unfolded: the kernel \(kernel)×\(kernel) is larger than the input \(input) with padding "
          + "\(padding).")
    }
    let windows = (height / stride + 1) * (width / stride + 1)
    return [input[0], windows, input[3].product(kernel * kernel)]
  }

  /// Every kernel×kernel window of an image as a row, row of windows by row of windows.
  ///
  /// In a row the channels are outermost, then the window's rows and columns, as in PyTorch's
  /// `unfold`; padding is zeros. What windows share is repeated, so the gradient adds up. No
  /// multiply-adds are counted.
  public func unfolded(
    kernel: Int, stride: Int, padding: Int = 0
  ) throws(TensorError) -> Tensor {
    let final = try Self.unfoldedShape(shape, kernel: kernel, stride: stride, padding: padding)
    let windows = Windows(shape, kernel: kernel, stride: stride, padding: padding)
    let output = try Tensor.output(final, of: "unfolded")
    let source = try windows.padded(self)
    windows.unfold(source.pointer, into: output.pointer)
    let (shape, slot) = (shape, slot)
    return try output.recorded(
      from: self,
      forward: { t in
        try t[0]?.unfolded(kernel: kernel, stride: stride, padding: padding)
      }
    ) { g, table throws(TensorError) in
      let sum = Tensor.zeros(windows.image)
      windows.fold(g.pointer, into: sum.pointer)
      table.add(try windows.cropped(sum, to: shape), to: slot)
    }
  }
}

/// The windows of an unfolding: where they begin in the padded image, and in the rows.
private struct Windows {
  /// The image with its padding.
  let image: Shape
  private let kernel: Int, stride: Int, padding: Int
  private let rows: Int, columns: Int

  init(_ input: Shape, kernel: Int, stride: Int, padding: Int) {
    image = [input[0], input[1] + 2 * padding, input[2] + 2 * padding, input[3]]
    (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
    rows = (image[1] - kernel) / stride + 1
    columns = (image[2] - kernel) / stride + 1
  }

  func padded(_ input: Tensor) throws(TensorError) -> Tensor {
    guard padding > 0 else { return input.detached }
    return try input.detached.padded(before: padding, after: padding, axis: 1)
      .padded(before: padding, after: padding, axis: 2)
  }

  func cropped(_ sum: Tensor, to shape: Shape) throws(TensorError) -> Tensor {
    guard padding > 0 else { return sum }
    return try sum.slice(padding..<(padding + shape[1]), axis: 1)
      .slice(padding..<(padding + shape[2]), axis: 2)
  }

  /// One walk over all windows; the longest run of equal steps is innermost.
  func unfold(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    let channels = image[3]
    let area = kernel * kernel
    let width = channels * area
    var walk = Walk(sizes: [image[0], rows, channels, kernel, kernel, columns])
    walk.result = [rows * columns * width, columns * width, area, kernel, 1, width]
    walk.first = [
      image[1] * image[2] * channels, stride * image[2] * channels, 1, image[2] * channels,
      channels, stride * channels,
    ]
    walk.run(odnn_binary_copy, source, source, target)
  }

  /// Adds every window to its place: one walk for each position in the window, in which no two
  /// windows meet.
  func fold(_ rowsOfWindows: UnsafePointer<Float>, into sum: UnsafeMutablePointer<Float>) {
    let channels = image[3]
    let area = kernel * kernel
    let width = channels * area
    var walk = Walk(sizes: [image[0], rows, columns, channels])
    walk.result = [
      image[1] * image[2] * channels, stride * image[2] * channels, stride * channels, 1,
    ]
    walk.first = [rows * columns * width, columns * width, width, area]
    walk.second = walk.result
    for place in 0..<area {
      let start = sum + (place / kernel * image[2] + place % kernel) * channels
      walk.run(odnn_binary_add, rowsOfWindows + place, start, start)
    }
  }
}
