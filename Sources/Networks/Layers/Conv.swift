public import Tensors

/// A convolution over an image: height × width × channels in, height × width × `width` out.
///
/// ```swift
/// Conv(16, kernel: 3)                 // 32×32×3 → 32×32×16
/// Conv(32, kernel: 3, stride: 2)      // 32×32×16 → 16×16×32
/// ```
///
/// The weight is stored as out, in/groups, height, width, so that other tools read it. It starts
/// as He normal with the fan-out, like torchvision's ResNets; the bias starts at zero.
public struct Conv: Layer {
  /// The number of output channels.
  public let width: Int
  /// The height and width of the window.
  public let kernel: Int
  /// The step between windows.
  public let stride: Int
  /// Zeros added on each side; `nil` means "same": as many as keep the size at stride 1.
  public let padding: Int?
  /// The distance between two taps of the window.
  public let dilation: Int
  /// The number of groups that channels are split into; each sees only its own.
  public let groups: Int
  /// Whether a bias is added; `nil` means unless a ``BatchNorm`` follows, which would undo it.
  public let bias: Bool?

  /// A convolution with `width` output channels.
  ///
  /// - Parameters:
  ///   - kernel: the height and width of the window.
  ///   - stride: the step between windows.
  ///   - padding: zeros added on each side. Without it, as many as keep the size at stride 1,
  ///     which needs an odd kernel.
  ///   - dilation: the distance between two taps of the window.
  ///   - groups: the number of groups; it divides the channels on both sides.
  ///   - bias: whether a bias is added. Without it, one is added unless a ``BatchNorm`` follows.
  public init(
    _ width: Int, kernel: Int, stride: Int = 1, padding: Int? = nil, dilation: Int = 1,
    groups: Int = 1, bias: Bool? = nil
  ) {
    self.width = width
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.dilation = dilation
    self.groups = groups
    self.bias = bias
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try checkSizes(input)
    let height = try outputSide(input[0], input)
    let breadth = try outputSide(input[1], input)
    let weights = try Require.product(width, input[2] / groups, kernel, kernel)
    site.parameter(
      "weight", [width, input[2] / groups, kernel, kernel],
      .heNormal(fan: width / groups * kernel * kernel))
    if bias ?? !site.isNormalizedNext { site.parameter("bias", [width], .zeros) }
    site.work.products = try Require.product(weights, height, breadth)
    return [height, breadth, width]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.convolved(
      with: context.parameter("weight"), bias: context.optionalParameter("bias"),
      stride: stride, padding: zeros, dilation: dilation, groups: groups)
  }

  public var description: String {
    var text = "Conv(\(width), kernel: \(kernel)"
    if stride != 1 { text += ", stride: \(stride)" }
    if let padding { text += ", padding: \(padding)" }
    if dilation != 1 { text += ", dilation: \(dilation)" }
    if groups != 1 { text += ", groups: \(groups)" }
    if let bias { text += ", bias: \(bias)" }
    return text + ")"
  }
}

extension Conv {
  /// The zeros added on each side.
  var zeros: Int { padding ?? (kernel - 1) * dilation / 2 }

  private func checkSizes(_ input: Shape) throws(NetworkError) {
    try Require.image(input.dims, "\(input)")
    try Require.positive(width, "its width")
    try Require.positive(kernel, "its kernel")
    try Require.positive(stride, "its stride")
    try Require.positive(dilation, "its dilation")
    try Require.positive(groups, "its number of groups")
    if let padding { try Require.notNegative(padding, "its padding") }
    guard padding != nil || kernel % 2 == 1 else {
      throw NetworkError(
        "no padding keeps the size under an even kernel of \(kernel); say which you want, "
          + "for example padding: 0")
    }
    guard input[2] % groups == 0, width % groups == 0 else {
      throw NetworkError(
        "\(groups) groups must divide the \(input[2]) channels that come in and the \(width) "
          + "that go out")
    }
  }

  private func outputSide(_ side: Int, _ input: Shape) throws(NetworkError) -> Int {
    try Window(kernel: (kernel - 1) * dilation + 1, stride: stride, padding: zeros)
      .outputSide(side, input)
  }
}
