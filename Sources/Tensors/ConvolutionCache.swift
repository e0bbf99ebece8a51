internal import COneDNN

/// A convolution in one direction for one set of shapes, compiled by oneDNN and ready to run.
final class CompiledConvolution {
  let handle: OpaquePointer
  /// Floats of the weights in the layout oneDNN chose; 0 if that is O×I×H×W.
  let packedCount: Int
  /// Equal for equal layouts, so that a batch of another size finds its weights packed already.
  private let layout: Int32
  /// Floats of memory that it needs while it runs.
  private let scratchCount: Int

  fileprivate init(_ key: ConvolutionCache.Key) throws(TensorError) {
    var result: OpaquePointer?
    var shape = key.shape.native
    try Engine.check(
      odnn_convolution_create(&shape, key.direction.native, &result),
      "convolved (\(key.shape))")
    guard let result else { throw TensorError("convolved (\(key.shape)): nothing was created.") }
    handle = result
    packedCount = odnn_convolution_packed_count(result)
    layout = odnn_convolution_layout(result)
    scratchCount = odnn_convolution_scratch_count(result)
  }

  deinit { odnn_convolution_destroy(handle) }

  /// The weights in the layout that is wanted: oneDNN's kept beside the weights until they change,
  /// transformed ones, four times as large and used once a step, not.
  func packed(_ weight: Storage) throws(TensorError) -> Storage {
    guard packedCount > 0 else { return weight }
    if let known = weight.packed[layout] { return known }
    let packed = Storage(count: packedCount)
    try Engine.check(
      withScratch { odnn_convolution_pack(handle, weight.pointer, packed.pointer, $0) },
      "convolved (weights)")
    if layout >= 0 { weight.packed[layout] = packed }
    return packed
  }

  func unpack(_ packed: Storage, into weight: Tensor) throws(TensorError) {
    try Engine.check(
      withScratch { odnn_convolution_unpack(handle, packed.pointer, weight.pointer, $0) },
      "convolved (weight gradients)")
  }

  func run(
    source: UnsafeMutablePointer<Float>, weights: Storage,
    bias: UnsafeMutablePointer<Float>?, target: UnsafeMutablePointer<Float>
  ) throws(TensorError) {
    try Engine.check(
      withExtendedLifetime(weights) {
        withScratch { odnn_convolution_run(handle, source, weights.pointer, bias, target, $0) }
      }, "convolved")
  }

  private func withScratch(_ body: (UnsafeMutablePointer<Float>) -> Int32) -> Int32 {
    let scratch = Storage(count: scratchCount)
    return withExtendedLifetime(scratch) { body(scratch.pointer) }
  }
}

/// Compiled convolutions by shape.
///
/// Looking one up costs less than describing it to oneDNN again, which matters when one image runs
/// through many small layers. A compiled convolution serves one call at a time, so the cache stays
/// locked while one runs; operations come from one compute thread, which never waits here.
enum ConvolutionCache {
  struct Key: Hashable {
    let shape: ConvolutionShape
    let direction: EngineCall.Direction
    /// The setting when it was compiled: oneDNN divides the work then.
    let threads: Int
    /// Whether our own products may be used.
    let tiles: Bool
  }

  private static let ready = Locked<[Key: CompiledConvolution]>([:])

  /// More shapes than a program uses at once; beyond it the cache starts afresh.
  private static let limit = 1024

  static func withCompiled(
    _ shape: ConvolutionShape, _ direction: EngineCall.Direction,
    _ body: (CompiledConvolution) throws(TensorError) -> Void
  ) throws(TensorError) {
    EngineCall.note(.convolution(shape, direction))
    let key = Key(
      shape: shape, direction: direction, threads: Tensors.threads,
      tiles: Engine.hasTiles)
    try ready.withLock { (ready) throws(TensorError) in
      if let known = ready[key] { return try body(known) }
      if ready.count >= limit { ready = [:] }
      let compiled = try CompiledConvolution(key)
      ready[key] = compiled
      try body(compiled)
    }
  }
}
