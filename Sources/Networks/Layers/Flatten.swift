public import Tensors

/// All values of a sample in one row: 4×4×16 in, 256 out, in the order row, column, channel.
public struct Flatten: Layer {
  /// A flattening.
  public init() {}

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    [input.count]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.flattened()
  }

  public var description: String { "Flatten()" }
}
