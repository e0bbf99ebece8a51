public import Tensors

/// A layer between which several values flow, one per scale of the image, the finest first.
///
/// MSDNet keeps coarse features from its first layer on, so that early exits have them. In a
/// network, one multi-scale layer follows another; an ``Exit`` between them sees the last scale,
/// the coarsest, and when one scale is left, plain layers may follow.
///
/// ```swift
/// MultiScaleStem([16, 32, 64])                     // 32×32×16, 16×16×32, 8×8×64
/// MultiScaleStep(growth: 6, factors: [1, 2, 4])    // 32×32×22, 16×16×44, 8×8×88
/// Exit { Conv(128, kernel: 3, stride: 2); BatchNorm(); ReLU(); GlobalPool(); Dense(10) }
/// ```
public protocol MultiScaleLayer: Layer {
  /// The shape rule: what comes out for the given scales, without the batch axis.
  func outputs(for inputs: [Shape], at site: inout LayerSite) throws -> [Shape]

  /// Computes the scales that come out for a batch of those that come in.
  func forward(_ inputs: [Tensor], _ context: LayerContext) throws -> [Tensor]
}

extension MultiScaleLayer {
  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    let shapes = try outputs(for: [input], at: &site)
    guard shapes.count == 1 else {
      throw NetworkError("it gives \(shapes.count) scales, and one is asked for")
    }
    return shapes[0]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    let scales = try forward([input], context)
    guard scales.count == 1 else {
      throw NetworkError("\(self) gives \(scales.count) scales, and one is asked for")
    }
    return scales[0]
  }
}
