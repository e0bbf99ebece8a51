internal import COneDNN

/// A convolution or dense layer with bias, addition and function in one pass, for inference.
///
/// There is one primitive per batch size, made when it is first asked for.
package final class FusedLayer {
  /// What is computed for one sample; a dense layer has rows.
  package enum Kind: Hashable, Sendable {
    case convolution(
      input: Shape, weight: Shape, stride: Int, padding: Int, dilation: Int, groups: Int)
    case dense(rows: Int, inputs: Int, outputs: Int)
  }

  let kind: Kind
  let adds: Bool
  let function: Activation?
  package let weights: FusedWeights
  private var variants: [FusedVariant.Key: FusedVariant] = [:]

  /// - Parameters:
  ///   - adds: whether the result is added to what the target holds.
  ///   - function: applied at the end; one that ``canFuse(_:)``.
  package init(_ kind: Kind, weights: FusedWeights, adds: Bool, function: Activation?) {
    (self.kind, self.weights) = (kind, weights)
    (self.adds, self.function) = (adds, function)
  }

  /// Whether the function can be part of the pass.
  package static func canFuse(_ function: Activation) -> Bool {
    odnn_can_fuse(function.after) != 0
  }

  /// The primitive for so many samples, with the weights as they are now.
  package func variant(_ key: FusedVariant.Key) throws(TensorError) -> FusedVariant {
    if let known = variants[key] {
      try known.update(weights)
      return known
    }
    let variant = try FusedVariant(self, key)
    variants[key] = variant
    try variant.update(weights)
    return variant
  }
}

/// A fused layer for one batch size.
package final class FusedVariant {
  package struct Key: Hashable, Sendable {
    let batch: Int
    let threads: Int
    let lanes: Int

    /// - Parameters:
    ///   - threads: how many one run uses.
    ///   - lanes: how many runs there may be at the same time.
    package init(batch: Int, threads: Int, lanes: Int) {
      (self.batch, self.threads, self.lanes) = (batch, threads, lanes)
    }
  }

  private let handle: OpaquePointer
  private let packedCount: Int
  /// The floats of scratch memory that a run needs.
  package let scratchCount: Int
  private var generation = -1
  private var held: (Storage, Storage?)?

  fileprivate init(_ layer: FusedLayer, _ key: Key) throws(TensorError) {
    var result: OpaquePointer?
    var shape = try layer.native(key)
    try Engine.check(odnn_fused_create(&shape, &result), "inference (\(layer.kind))")
    guard let result else { throw TensorError("inference (\(layer.kind)): nothing was created.") }
    handle = result
    packedCount = odnn_fused_packed_count(result)
    scratchCount = odnn_fused_scratch_count(result)
  }

  deinit { odnn_fused_destroy(handle) }

  func hasLayout(of other: FusedVariant) -> Bool {
    odnn_fused_same_layout(handle, other.handle) != 0
  }

  func pack(_ plain: Storage) throws(TensorError) -> Storage {
    guard packedCount > 0 else { return plain }
    let packed = Storage(count: packedCount)
    try Engine.check(
      odnn_fused_pack(handle, plain.pointer, packed.pointer), "inference (weights)")
    return packed
  }

  fileprivate func update(_ weights: FusedWeights) throws(TensorError) {
    guard generation != weights.generation else { return }
    let values = try weights.values(for: self)
    try Engine.check(
      odnn_fused_set_weights(handle, values.0.pointer, values.1?.pointer), "inference (weights)")
    held = values
    generation = weights.generation
  }

  package func run(
    lane: Int, source: UnsafeMutablePointer<Float>, target: UnsafeMutablePointer<Float>,
    scratch: UnsafeMutablePointer<Float>
  ) throws(TensorError) {
    let status = odnn_fused_run(handle, Int32(lane), source, target, scratch)
    if status != 0 { try Engine.check(status, "inference") }
  }
}

extension FusedLayer {
  fileprivate func native(_ key: FusedVariant.Key) throws(TensorError) -> odnn_fused_shape {
    var shape: odnn_convolution_shape
    switch kind {
    case .convolution(let input, let weight, let stride, let padding, let dilation, let groups):
      shape = try ConvolutionShape(
        input: input.batched(key.batch), weight: weight, bias: nil, stride: stride,
        padding: padding, dilation: dilation, groups: groups
      ).native
    case .dense(let rows, let inputs, let outputs):
      shape = odnn_convolution_shape()
      (shape.batch, shape.groups) = (Int64(rows * key.batch), 1)
      (shape.in_channels, shape.out_channels) = (Int64(inputs), Int64(outputs))
    }
    shape.has_bias = weights.hasBias ? 1 : 0
    var isDense = false
    if case .dense = kind { isDense = true }
    return odnn_fused_shape(
      shape: shape, padding_above: shape.padding, is_dense: isDense ? 1 : 0, adds: adds ? 1 : 0,
      after: function?.after ?? Int32(odnn_after_nothing), threads: Int32(key.threads),
      lanes: Int32(key.lanes))
  }
}

extension Activation {
  /// The function as C knows it.
  var after: Int32 {
    native.map { Int32($0.rawValue) } ?? Int32(odnn_after_relu)
  }
}
