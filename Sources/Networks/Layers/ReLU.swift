public import Tensors

/// The rectifier, max(x, 0), of every element.
public struct ReLU: Layer {
  /// A rectifier.
  public init() {}

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    site.work.activated = input.count
    return input
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.relu()
  }

  public var description: String { "ReLU()" }
}
