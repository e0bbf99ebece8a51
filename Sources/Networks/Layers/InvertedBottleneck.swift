public import Tensors

/// MobileNet's block: channels are widened, each is convolved on its own, then they are narrowed;
/// added to the input where the shape stays.
///
/// 1×1 convolution to `expanded` channels (left out where that changes nothing), a depthwise one
/// with the kernel and stride, squeeze-and-excitation if asked, 1×1 to `width`; each convolution
/// with batch normalisation, the first two with the activation. Sandler et al., arXiv:1801.04381,
/// section 3; Howard et al., arXiv:1905.02244, figure 4; Tan and Le, arXiv:1905.11946.
public struct InvertedBottleneck: Layer {
  /// The number of output channels.
  public let width: Int
  /// The number of channels in the middle.
  public let expanded: Int
  /// The side of the depthwise window.
  public let kernel: Int
  /// The step of the depthwise convolution.
  public let stride: Int
  /// The channels and functions of the squeeze-and-excitation, if there is one.
  public let squeeze: SqueezeExcite?
  /// The function after the first two convolutions.
  public let activation: Activation
  /// What every batch normalisation is like.
  public let norm: BatchNorm
  /// The probability that a sample skips the block while training.
  public let depthRate: Float

  /// A block with `width` output channels and `expanded` in the middle.
  public init(
    _ width: Int, expanded: Int, kernel: Int = 3, stride: Int = 1, squeeze: SqueezeExcite? = nil,
    activation: Activation = .relu6, norm: BatchNorm = BatchNorm(), depthRate: Float = 0
  ) {
    (self.width, self.expanded, self.kernel, self.stride) = (width, expanded, kernel, stride)
    (self.squeeze, self.activation, self.norm) = (squeeze, activation, norm)
    self.depthRate = depthRate
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.image(input.dims, "\(input)")
    guard depthRate >= 0, depthRate < 1 else {
      throw NetworkError("its depth rate is \(depthRate); it must be at least 0 and below 1")
    }
    var shape = input
    if expanded != input[2] {
      shape = try site.inner("expand", conv(expanded, kernel: 1), on: shape)
      site.work.activated += shape.count
    }
    let depthwise = conv(expanded, kernel: kernel, stride: stride, groups: expanded)
    shape = try site.inner("depthwise", depthwise, on: shape)
    site.work.activated += shape.count
    if let squeeze { shape = try site.inner("se", squeeze, on: shape) }
    return try site.inner("project", conv(width, kernel: 1), on: shape)
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    var features = input
    if context.has("expand") {
      features = try context.run("expand", features).activated(by: activation)
    }
    features = try context.run("depthwise", features).activated(by: activation)
    if squeeze != nil { features = try context.run("se", features) }
    let output = try context.run("project", features)
    guard output.shape == input.shape, stride == 1 else { return output }
    let kept =
      context.isTraining
      ? try output.samplesDropped(rate: depthRate, using: &context.random) : output
    return try input.adding(kept)
  }

  private func conv(_ width: Int, kernel: Int, stride: Int = 1, groups: Int = 1) -> Branch {
    let conv = Conv(width, kernel: kernel, stride: stride, groups: groups, bias: false)
    return Branch([AnyLayer(conv), AnyLayer(norm)])
  }

  public var description: String {
    var text = "InvertedBottleneck(\(width), expanded: \(expanded)"
    if kernel != 3 { text += ", kernel: \(kernel)" }
    if stride != 1 { text += ", stride: \(stride)" }
    if let squeeze { text += ", squeeze: \(squeeze)" }
    if activation != .relu6 { text += ", activation: .\(activation.rawValue)" }
    if norm != BatchNorm() { text += ", norm: \(norm)" }
    if depthRate != 0 { text += ", depthRate: \(depthRate)" }
    return text + ")"
  }
}
