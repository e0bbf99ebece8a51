public import Tensors

/// DenseNet's step: the layers' output is put beside their input, along the channels.
///
/// ```swift
/// for _ in 0..<12 { Concat { BatchNorm(); ReLU(); Conv(12, kernel: 3, bias: false) } }
/// ```
///
/// Huang et al., arXiv:1608.06993, equation 2.
public struct Concat: Layer {
  /// The layers whose output is added to the channels.
  public let layers: [AnyLayer]

  /// Puts the output of `layers` beside their input.
  public init(@LayerBuilder _ layers: () -> [AnyLayer]) {
    self.layers = layers()
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    let added = try site.sequence(layers, on: input)
    guard !layers.isEmpty else {
      throw NetworkError("it has no layers, so there is nothing to put beside its input")
    }
    guard added.rank == input.rank, added.dims.dropLast() == input.dims.dropLast() else {
      throw NetworkError(
        "its layers give \(added), which cannot be put beside their input \(input): all sides "
          + "but the channels must agree")
    }
    return Shape(input.dims.dropLast() + [input[input.rank - 1] + added[added.rank - 1]])
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    let added = try context.runSequence(input)
    return try Tensor.concatenated([input, added], axis: input.shape.rank - 1)
  }

  public var description: String {
    "Concat { \(layers.map(\.description).joined(separator: "; ")) }"
  }
}
