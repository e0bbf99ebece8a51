public import Display
public import Tensors

extension Tensor: MemorySized {
  /// The bytes of its scalars, which copies of a tensor share until one is changed.
  public var memoryBytes: Int { storage.count * MemoryLayout<Float>.stride }
}
