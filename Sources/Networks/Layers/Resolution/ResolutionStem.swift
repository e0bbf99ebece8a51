public import Tensors

/// RANet's first layer: an image in several resolutions, one for each sub-network, of which the
/// coarsest runs first.
///
/// The first is a 3×3 convolution of the image, each next one a 3×3 convolution of the one before, with
/// stride 2 where the resolution changes; all with batch normalisation and ReLU. Yang et al.,
/// *Resolution adaptive networks*, CVPR 2020, arXiv:2003.07326, section 3.3, initial layer.
public struct ResolutionStem: MultiScaleLayer {
  /// The channels of each resolution, the finest first.
  public let widths: [Int]
  /// The step of the convolution that makes it, 1 or 2, the finest first.
  public let strides: [Int]

  /// A stem with these channels; each resolution half the one before unless `strides` says more.
  public init(_ widths: [Int], strides: [Int]? = nil) {
    self.widths = widths
    self.strides = strides ?? widths.indices.map { $0 == 0 ? 1 : 2 }
  }

  public func outputs(for inputs: [Shape], at site: inout LayerSite) throws -> [Shape] {
    guard inputs.count == 1, let image = inputs.first else {
      throw NetworkError("it makes resolutions from one image, and gets \(inputs.count) values")
    }
    guard !widths.isEmpty, strides.count == widths.count else {
      throw NetworkError(
        "it has \(widths.count) widths and \(strides.count) strides; give one of each for every "
          + "resolution, finest first")
    }
    var shapes: [Shape] = []
    try Require.image(image.dims, "\(image)")
    for (index, width) in widths.enumerated() {
      let conv = Normalized(width, kernel: 3, stride: strides[index]).branch
      shapes.append(try site.inner("\(index)", conv, on: shapes.last ?? image))
    }
    return shapes
  }

  public func forward(_ inputs: [Tensor], _ context: LayerContext) throws -> [Tensor] {
    var values: [Tensor] = []
    for index in widths.indices {
      values.append(try context.run("\(index)", values.last ?? inputs[0]))
    }
    return values
  }

  public var description: String { "ResolutionStem(\(widths))" }
}
