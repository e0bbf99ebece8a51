internal import COneDNN

/// A convolution in one direction for one set of shapes, compiled by oneDNN and ready to run.
final class CompiledConvolution {
  let handle: OpaquePointer
  /// Floats of the weights in the layout oneDNN chose; 0 if that is O×I×H×W.
  let packedCount: Int

  init(_ key: ConvolutionCache.Key) throws(TensorError) {
    var result: OpaquePointer?
    var shape = key.shape.native
    try Engine.check(
      odnn_convolution_create(&shape, odnn_direction(UInt32(key.direction.rawValue)), &result),
      "convolved (\(key.shape))")
    guard let result else { throw TensorError("convolved (\(key.shape)): nothing was created.") }
    handle = result
    packedCount = odnn_convolution_packed_count(result)
  }

  deinit { odnn_convolution_destroy(handle) }

  /// The weights in the layout oneDNN chose; kept beside the weights until they change.
  func packed(_ weight: Tensor) throws(TensorError) -> Storage {
    guard packedCount > 0 else { return weight.storage }
    if let known = weight.storage.packed[ObjectIdentifier(self)] { return known }
    let packed = Storage(count: packedCount)
    try Engine.check(
      odnn_convolution_pack(handle, weight.pointer, packed.pointer), "convolved (weights)")
    weight.storage.packed[ObjectIdentifier(self)] = packed
    return packed
  }

  func run(
    source: Storage, weights: Storage, bias: Storage?, target: Storage
  ) throws(TensorError) {
    try Engine.check(
      odnn_convolution_run(
        handle, source.pointer, weights.pointer, bias?.pointer, target.pointer), "convolved")
  }
}

/// Compiled convolutions by shape.
///
/// Looking one up costs less than describing it to oneDNN again,
/// which matters when one image runs through many small layers.
enum ConvolutionCache {
  enum Direction: Int { case forward, backwardData, backwardWeights }

  struct Key: Hashable {
    let shape: ConvolutionShape
    let direction: Direction
  }

  /// Used from the compute thread only, as every operation is.
  nonisolated(unsafe) private static var ready: [Key: CompiledConvolution] = [:]

  /// More shapes than a program uses at once; beyond it the cache starts afresh.
  private static let limit = 1024

  static func compiled(
    _ shape: ConvolutionShape, _ direction: Direction
  ) throws(TensorError) -> CompiledConvolution {
    let key = Key(shape: shape, direction: direction)
    if let known = ready[key] { return known }
    if ready.count >= limit { removeAll() }
    let compiled = try CompiledConvolution(key)
    ready[key] = compiled
    return compiled
  }

  static func removeAll() { ready = [:] }
}
