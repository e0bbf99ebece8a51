public import Tensors

/// An image, or tokens that stand for one, cut into windows that overlap, each a token:
/// height × width × channels, or side² × width, in; windows × (channels · kernel²) out.
///
/// Neighbours share what overlaps, so that lines and edges are not cut apart. Yuan et al.,
/// *Tokens-to-Token ViT*, ICCV 2021, arXiv:2101.11986, section 3.1, equation 3.
public struct SoftSplit: Layer {
  /// The side of a window.
  public let kernel: Int
  /// The step between windows.
  public let stride: Int
  /// Zeros added on each side.
  public let padding: Int

  /// Windows of `kernel` × `kernel`.
  public init(_ kernel: Int, stride: Int, padding: Int) {
    (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.positive(kernel, "its kernel")
    try Require.positive(stride, "its stride")
    try Require.notNegative(padding, "its padding")
    let image = try image(input)
    let window = Window(kernel: kernel, stride: stride, padding: padding)
    let windows = try Require.product(
      window.outputSide(image[0], image), window.outputSide(image[1], image))
    return [windows, try Require.product(image[2], kernel, kernel)]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.reshaped(image(input.shape.sample).batched(input.shape[0]))
      .unfolded(kernel: kernel, stride: stride, padding: padding)
  }

  /// The image, or the one that tokens stand for.
  private func image(_ input: Shape) throws(NetworkError) -> Shape {
    guard input.rank != 3 else { return input }
    try Require.tokens(input)
    let side = Int(Double(input[0]).squareRoot().rounded())
    guard side * side == input[0] else {
      throw NetworkError(
        "it puts tokens back into a square image, and gets \(input[0]) of them in \(input)")
    }
    return [side, side, input[1]]
  }

  public var description: String {
    "SoftSplit(\(kernel), stride: \(stride), padding: \(padding))"
  }
}
