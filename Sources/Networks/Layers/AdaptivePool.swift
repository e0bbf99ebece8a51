public import Tensors

/// The mean over windows that share the image out evenly: `size` × `size` positions are left.
public struct AdaptivePool: Layer {
  /// The height and width that are left.
  public let size: Int

  /// An adaptive average pooling to `size` × `size`.
  public init(to size: Int) {
    self.size = size
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.image(input.dims, "\(input)")
    try Require.positive(size, "its size")
    site.work.adaptivelyPooled = input.count
    return [size, size, input[2]]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.adaptivelyAveragePooled(height: size, width: size)
  }

  public var description: String { "AdaptivePool(to: \(size))" }
}

/// The image in another size, each pixel a mixture of the four nearest.
public struct Resize: Layer {
  /// The height that comes out.
  public let height: Int
  /// The width that comes out.
  public let width: Int
  /// Whether the corner pixels of both images lie on each other; otherwise their outer edges do.
  public let aligningCorners: Bool

  /// A bilinear resizing.
  public init(height: Int, width: Int, aligningCorners: Bool = false) {
    (self.height, self.width, self.aligningCorners) = (height, width, aligningCorners)
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.image(input.dims, "\(input)")
    try Require.positive(height, "its height")
    try Require.positive(width, "its width")
    return [height, width, input[2]]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.resized(height: height, width: width, aligningCorners: aligningCorners)
  }

  public var description: String {
    "Resize(height: \(height), width: \(width)\(aligningCorners ? ", aligningCorners: true" : ""))"
  }
}
