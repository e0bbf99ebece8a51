public import Tensors

/// MSDNet's transition: a 1×1 convolution, batch normalisation and ReLU in every scale.
///
/// Huang et al., *Multi-scale dense networks*, ICLR 2018, arXiv:1703.09844, section 4, network
/// reduction: it halves the channels where the finest scale is dropped.
public struct MultiScaleTransition: MultiScaleLayer {
  /// The channels of each scale afterwards, the finest first.
  public let widths: [Int]

  /// A transition to these channels.
  public init(_ widths: [Int]) {
    self.widths = widths
  }

  public func outputs(for inputs: [Shape], at site: inout LayerSite) throws -> [Shape] {
    guard inputs.count == widths.count else {
      throw NetworkError("it gets \(inputs.count) scales and has widths for \(widths.count)")
    }
    var shapes: [Shape] = []
    for (scale, input) in inputs.enumerated() {
      let branch = Normalized(widths[scale], kernel: 1).branch
      shapes.append(try site.inner("\(scale)", branch, on: input))
    }
    return shapes
  }

  public func forward(_ inputs: [Tensor], _ context: LayerContext) throws -> [Tensor] {
    try inputs.indices.map { try context.run("\($0)", inputs[$0]) }
  }

  public var description: String { "MultiScaleTransition(\(widths))" }
}
