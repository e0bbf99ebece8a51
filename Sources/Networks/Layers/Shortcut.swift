import Tensors

/// How a residual block passes its input on when the shape changes.
///
/// Where the shape stays the same, the input is passed on as it is, whatever is chosen here.
/// The three differ in cost and parameters, and papers rarely say which they use.
public enum Shortcut: String, Hashable, Sendable, Codable, CaseIterable {
  /// A 1×1 convolution with the block's stride, then batch normalisation (option B of the paper).
  case projection
  /// No parameters: every stride-th pixel, and zeros for the new channels (option A).
  case padding
  /// A 3×3 convolution with the block's stride, then batch normalisation.
  case convolution
}

extension Shortcut {
  /// Declares the shortcut's layers as `downsample.0` and `downsample.1`.
  func declare(
    from input: Shape, to output: Shape, stride: Int, at site: inout LayerSite
  ) throws(NetworkError) {
    guard input != output else { return }
    switch self {
    case .projection: try declare(kernel: 1, from: input, to: output, stride: stride, at: &site)
    case .convolution: try declare(kernel: 3, from: input, to: output, stride: stride, at: &site)
    case .padding:
      guard output[2] >= input[2] else {
        throw NetworkError(
          "a padding shortcut adds channels and cannot go from \(input) down to \(output); use "
            + "shortcut: .projection")
      }
    }
  }

  private func declare(
    kernel: Int, from input: Shape, to output: Shape, stride: Int, at site: inout LayerSite
  ) throws(NetworkError) {
    let layers = [
      AnyLayer(Conv(output[2], kernel: kernel, stride: stride, bias: false)),
      AnyLayer(BatchNorm()),
    ]
    let shape = try site.inner("downsample", Branch(layers), on: input)
    guard shape == output else {
      throw NetworkError("its shortcut gives \(shape), and its convolutions give \(output)")
    }
  }

  /// The shortcut's value for a batch; `width` is the number of channels it must have.
  func value(
    _ input: Tensor, width: Int, stride: Int, _ context: LayerContext
  ) throws -> Tensor {
    if context.has("downsample") { return try context.run("downsample", input) }
    guard stride > 1 || width != input.shape[3] else { return input }
    // A 1×1 window with a stride picks every stride-th pixel.
    let picked =
      stride > 1 ? try input.averagePooled(kernel: 1, stride: stride, padding: 0) : input
    guard width > picked.shape[3] else { return picked }
    let shape = picked.shape
    let zeros = Tensor.zeros([shape[0], shape[1], shape[2], width - shape[3]])
    return try Tensor.concatenated([picked, zeros], axis: 3)
  }
}
