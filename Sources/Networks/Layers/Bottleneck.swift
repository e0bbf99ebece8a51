public import Tensors

/// The bottleneck residual block: 1×1 down to `width`, 3×3, 1×1 up to `expansion`·`width`, plus
/// the input, ReLU.
///
/// The stride is on the 3×3 convolution, as in torchvision ("ResNet v1.5"); the paper has it on
/// the first 1×1. He et al., arXiv:1512.03385, figure 5. Names follow torchvision: `conv1` … `bn3`,
/// `downsample.0`, `downsample.1`.
public struct Bottleneck: Layer {
  /// The number of channels of the 3×3 convolution.
  public let width: Int
  /// The step of the 3×3 convolution and of the shortcut.
  public let stride: Int
  /// Output channels per channel of the 3×3 convolution.
  public let expansion: Int
  /// How the input is passed on when the shape changes.
  public let shortcut: Shortcut

  /// A bottleneck block with `expansion`·`width` output channels.
  public init(
    _ width: Int, stride: Int = 1, expansion: Int = 4, shortcut: Shortcut = .projection
  ) {
    self.width = width
    self.stride = stride
    self.expansion = expansion
    self.shortcut = shortcut
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.image(input.dims, "\(input)")
    try Require.positive(width, "its width")
    try Require.positive(expansion, "its expansion")
    var shape = try site.inner("conv1", Conv(width, kernel: 1, bias: false), on: input)
    shape = try site.inner("bn1", BatchNorm(), on: shape)
    let conv2 = Conv(width, kernel: 3, stride: stride, bias: false)
    site.work.activated = shape.count
    shape = try site.inner("conv2", conv2, on: shape)
    shape = try site.inner("bn2", BatchNorm(), on: shape)
    site.work.activated += shape.count
    shape = try site.inner("conv3", Conv(width * expansion, kernel: 1, bias: false), on: shape)
    shape = try site.inner("bn3", BatchNorm(), on: shape)
    try shortcut.declare(from: input, to: shape, stride: stride, at: &site)
    site.work.activated += shape.count
    return shape
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    var features = try context.run("conv1", input)
    features = try context.run("bn1", features, relu: true)
    features = try context.run("conv2", features)
    features = try context.run("bn2", features, relu: true)
    features = try context.run("conv3", features)
    let passed = try shortcut.value(
      input, width: width * expansion, stride: stride, context)
    return try context.run("bn3", features, adding: passed, relu: true)
  }

  public var description: String {
    let factor = expansion == 4 ? "" : ", expansion: \(expansion)"
    return "Bottleneck(\(blockFields(width, stride, shortcut))\(factor))"
  }
}
