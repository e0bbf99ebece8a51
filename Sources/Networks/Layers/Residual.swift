public import Tensors

/// The basic residual block: conv, norm, ReLU, conv, norm, plus the input, ReLU.
///
/// Both convolutions are 3×3 with `width` channels; the first has the stride. Where the shape
/// changes, the `shortcut` brings the input to it. He et al., arXiv:1512.03385, figure 2.
///
/// Names follow torchvision: `conv1`, `bn1`, `conv2`, `bn2`, `downsample.0`, `downsample.1`.
public struct Residual: Layer {
  /// The number of output channels.
  public let width: Int
  /// The step of the first convolution and of the shortcut.
  public let stride: Int
  /// How the input is passed on when the shape changes.
  public let shortcut: Shortcut

  /// A basic block with `width` channels.
  public init(_ width: Int, stride: Int = 1, shortcut: Shortcut = .projection) {
    self.width = width
    self.stride = stride
    self.shortcut = shortcut
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.image(input.dims, "\(input)")
    let conv1 = Conv(width, kernel: 3, stride: stride, bias: false)
    var shape = try site.inner("conv1", conv1, on: input)
    shape = try site.inner("bn1", BatchNorm(), on: shape)
    shape = try site.inner("conv2", Conv(width, kernel: 3, bias: false), on: shape)
    shape = try site.inner("bn2", BatchNorm(), on: shape)
    try shortcut.declare(from: input, to: shape, stride: stride, at: &site)
    site.work.activated = 2 * shape.count
    return shape
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    var features = try context.run("conv1", input)
    features = try context.run("bn1", features, relu: true)
    features = try context.run("conv2", features)
    let passed = try shortcut.value(input, width: width, stride: stride, context)
    return try context.run("bn2", features, adding: passed, relu: true)
  }

  public var description: String { "Residual(\(blockFields(width, stride, shortcut)))" }
}

/// The fields that residual blocks share, as they are written.
func blockFields(_ width: Int, _ stride: Int, _ shortcut: Shortcut) -> String {
  var text = "\(width)"
  if stride != 1 { text += ", stride: \(stride)" }
  if shortcut != .projection { text += ", shortcut: .\(shortcut.rawValue)" }
  return text
}
