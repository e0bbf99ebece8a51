public import Tensors

/// MSDNet's first layer: an image in several scales, each half as high and wide as the one before.
///
/// The first scale is a 3×3 convolution of the image, each next one a 3×3 convolution with stride 2
/// of the scale before it; all with batch normalisation and ReLU. Huang et al., *Multi-scale dense
/// networks*, ICLR 2018, arXiv:1703.09844, section 4.
public struct MultiScaleStem: MultiScaleLayer {
  /// The channels of each scale, the finest first.
  public let widths: [Int]

  /// A stem with these channels per scale.
  public init(_ widths: [Int]) {
    self.widths = widths
  }

  public func outputs(for inputs: [Shape], at site: inout LayerSite) throws -> [Shape] {
    guard inputs.count == 1, let image = inputs.first else {
      throw NetworkError("it makes scales from one image, and gets \(inputs.count) scales")
    }
    guard !widths.isEmpty else {
      throw NetworkError("it has no widths; give the channels of each scale, finest first")
    }
    var shapes: [Shape] = []
    for (scale, width) in widths.enumerated() {
      let conv = Normalized(width, kernel: 3, stride: scale == 0 ? 1 : 2)
      shapes.append(try site.inner("\(scale)", conv.branch, on: shapes.last ?? image))
    }
    return shapes
  }

  public func forward(_ inputs: [Tensor], _ context: LayerContext) throws -> [Tensor] {
    var scales: [Tensor] = []
    for scale in widths.indices {
      scales.append(try context.run("\(scale)", scales.last ?? inputs[0]))
    }
    return scales
  }

  public var description: String { "MultiScaleStem(\(widths))" }
}

/// A convolution without bias, batch normalisation, and a rectifier.
struct Normalized {
  let layers: [AnyLayer]

  init(_ width: Int, kernel: Int, stride: Int = 1) {
    layers = [
      AnyLayer(Conv(width, kernel: kernel, stride: stride, bias: false)), AnyLayer(BatchNorm()),
      AnyLayer(ReLU()),
    ]
  }

  var branch: Branch { Branch(layers) }
}
