public import Tensors

/// SDN's feature reduction: w·max + (1−w)·mean over windows that leave about `size` × `size`.
///
/// The mixing weight w is one learned number, not squashed, that starts uniformly between 0 and 1.
/// Kaya, Hong and Dumitraş, Shallow-Deep Networks, arXiv:1810.07052, section 4. Windows have a kernel and a stride of ⌊side/`size`⌋; an image no larger than
/// `size` is left as it is.
public struct MixedPool: Layer {
  /// The height and width to reduce to.
  public let size: Int

  /// A mixed pooling down to about `size` × `size`; the papers use 4.
  public init(to size: Int = 4) {
    self.size = size
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try Require.image(input.dims, "\(input)")
    try Require.positive(size, "its size")
    guard input[0] == input[1] else {
      throw NetworkError("it reduces square images, and gets \(input)")
    }
    let kernel = kernel(for: input[0])
    guard kernel > 1 else { return input }
    let side = (input[0] - kernel) / kernel + 1
    site.parameter("weight", [1, 1], .uniform(0...1))
    site.work.pooled = 2 * side * side * input[2] * kernel * kernel
    return [side, side, input[2]]
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    let kernel = kernel(for: input.shape[1])
    guard kernel > 1 else { return input }
    let mean = try input.averagePooled(kernel: kernel, stride: kernel, padding: 0)
    let largest = try input.maxPooled(kernel: kernel, stride: kernel, padding: 0)
    // mean + w·(max − mean): one product with a 1×1 matrix, so that w gets its gradient.
    let excess = try (largest - mean).reshaped([mean.shape.count, 1])
    let weighted = try excess.dense(weight: context.parameter("weight"), bias: nil)
    return try mean.adding(weighted.reshaped(mean.shape), relu: false)
  }

  private func kernel(for side: Int) -> Int { max(1, side / size) }

  public var description: String { "MixedPool(to: \(size))" }
}
