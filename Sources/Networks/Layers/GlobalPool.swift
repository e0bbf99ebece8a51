public import Tensors

/// The mean of each channel over the whole image: height × width × channels in, channels out.
public struct GlobalPool: Layer {
  /// A global average pooling.
  public init() {}

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    guard input.rank == 3 else {
      throw NetworkError(
        "it averages images of height×width×channels, and gets \(input), which is flat already; "
          + "leave it out")
    }
    site.work.adaptivelyPooled = input.count
    return [input[2]]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.globalAveragePooled()
  }

  public var description: String { "GlobalPool()" }
}
