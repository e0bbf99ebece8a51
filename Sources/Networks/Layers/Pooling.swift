public import Tensors

/// The largest value of each window, channel by channel.
public struct MaxPool: Layer {
  /// The height and width of the window.
  public let kernel: Int
  /// The step between windows; `nil` means the kernel, so that windows do not overlap.
  public let stride: Int?
  /// A border that never wins, on each side.
  public let padding: Int

  /// A max pooling; without `stride` the windows stand side by side.
  public init(_ kernel: Int, stride: Int? = nil, padding: Int = 0) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try pooledShape(input, kernel, stride ?? kernel, padding, &site)
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.maxPooled(kernel: kernel, stride: stride ?? kernel, padding: padding)
  }

  public var description: String { "MaxPool(\(poolFields(kernel, stride, padding)))" }
}

/// The mean of each window, channel by channel; zeros of the padding count.
public struct AveragePool: Layer {
  /// The height and width of the window.
  public let kernel: Int
  /// The step between windows; `nil` means the kernel, so that windows do not overlap.
  public let stride: Int?
  /// Zeros added on each side.
  public let padding: Int

  /// An average pooling; without `stride` the windows stand side by side.
  public init(_ kernel: Int, stride: Int? = nil, padding: Int = 0) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try pooledShape(input, kernel, stride ?? kernel, padding, &site)
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.averagePooled(kernel: kernel, stride: stride ?? kernel, padding: padding)
  }

  public var description: String { "AveragePool(\(poolFields(kernel, stride, padding)))" }
}

private func pooledShape(
  _ input: Shape, _ kernel: Int, _ stride: Int, _ padding: Int, _ site: inout LayerSite
) throws(NetworkError) -> Shape {
  try Require.image(input.dims, "\(input)")
  try Require.positive(kernel, "its kernel")
  try Require.positive(stride, "its stride")
  try Require.notNegative(padding, "its padding")
  guard 2 * padding <= kernel else {
    throw NetworkError(
      "its padding of \(padding) is more than half its kernel of \(kernel), so that some windows "
        + "would see nothing of the input")
  }
  let window = Window(kernel: kernel, stride: stride, padding: padding)
  let height = try window.outputSide(input[0], input)
  let width = try window.outputSide(input[1], input)
  site.work.pooled = try Require.product(height, width, input[2], kernel, kernel)
  return [height, width, input[2]]
}

private func poolFields(_ kernel: Int, _ stride: Int?, _ padding: Int) -> String {
  var text = "\(kernel)"
  if let stride { text += ", stride: \(stride)" }
  if padding != 0 { text += ", padding: \(padding)" }
  return text
}
