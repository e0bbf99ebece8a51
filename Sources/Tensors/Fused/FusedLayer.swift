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
  /// Whether a convolution is computed in tiles of rows and columns.
  private let isTransformed: Bool
  private var variants: [FusedVariant.Key: FusedVariant] = [:]

  /// - Parameters:
  ///   - adds: whether the result is added to what the target holds.
  ///   - function: applied at the end; one that ``canFuse(_:)``.
  package init(_ kind: Kind, weights: FusedWeights, adds: Bool, function: Activation?) {
    (self.kind, self.weights) = (kind, weights)
    (self.adds, self.function) = (adds, function)
    isTransformed = kind.isTransformed(weights.arithmetic, function)
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
    let part: Part

    /// - Parameters:
    ///   - threads: how many one run uses.
    ///   - lanes: how many runs there may be at the same time.
    ///   - part: which rows of the output are computed.
    package init(batch: Int, threads: Int, lanes: Int, part: Part = Part()) {
      (self.batch, self.threads, self.lanes) = (batch, threads, lanes)
      self.part = part
    }
  }

  private let handle: OpaquePointer
  /// Where the part begins in the arrays of the whole; the source's in bytes.
  private let starts: (source: Int, target: Int)
  private let packedCount: Int
  /// The floats of scratch memory that a run needs.
  package let scratchCount: Int
  private var generation = -1
  private var held: (Storage, Storage?)?

  fileprivate init(_ layer: FusedLayer, _ key: Key) throws(TensorError) {
    var result: OpaquePointer?
    var (shape, starts) = try layer.native(key)
    starts.source *= layer.weights.arithmetic == .bfloat16 ? 2 : 4
    self.starts = starts
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

  /// - Parameter addend: what is added, if the layer adds; it may be the target.
  package func run(
    lane: Int, source: UnsafeMutablePointer<Float>, adding addend: UnsafeMutablePointer<Float>,
    target: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
  ) throws(TensorError) {
    let from = (UnsafeMutableRawPointer(source) + starts.source)
      .assumingMemoryBound(to: Float.self)
    let status = odnn_fused_run(
      handle, Int32(lane), from, addend + starts.target, target + starts.target, scratch)
    if status != 0 { try Engine.check(status, "inference") }
  }
}

extension FusedLayer {
  /// How many parts may be computed at the same time, rows or panels of outputs; 1 if it is not worth
  /// sharing between threads.
  package var sharedRows: Int {
    let (rows, multiplyAdds) =
      switch kind {
      case .convolution(_, let weight, _, _, _, _):
        (
          sharesChannels
            ? weight[0] / Int(odnn_panel_outputs) : outputSides.height.groups(of: rowsOfPart),
          outputSides.height * outputSides.width * weight.count
        )
      case .dense(let rows, let inputs, let outputs):
        (
          sharesOutputs ? outputs / Int(odnn_panel_outputs) : rows,
          rows * inputs * outputs
        )
      }
    return multiplyAdds < 1 << 17 ? 1 : rows
  }

  /// Whether parts of a dense layer are panels of outputs; oneDNN's, bfloat16's too, are rows.
  private var sharesOutputs: Bool {
    odnn_shares_outputs() != 0 && weights.arithmetic != .bfloat16
  }

  /// Whether parts of a convolution are channels: it has so many weights for a small image that a
  /// thread should read but some of them.
  private var sharesChannels: Bool {
    guard case .convolution(let input, let weight, _, _, _, let groups) = kind,
      groups == 1, !adds, !isTransformed, weight[0] % Int(odnn_panel_outputs) == 0
    else { return false }
    let image = input.count + outputSides.height * outputSides.width * weight[0]
    return weight.count >= 4 * image
  }

  private var outputSides: (height: Int, width: Int) {
    guard case .convolution(let input, let weight, let stride, let padding, let dilation, _) = kind
    else { return (1, 1) }
    func side(_ size: Int, _ kernel: Int) -> Int {
      (size + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
    }
    return (side(input[0], weight[2]), side(input[1], weight[3]))
  }

  /// The rows of an image that a part has a multiple of.
  private var rowsOfPart: Int { isTransformed ? Int(odnn_tile_rows) : 1 }

  fileprivate func native(
    _ key: FusedVariant.Key
  ) throws(TensorError) -> (odnn_fused_shape, (source: Int, target: Int)) {
    var result = odnn_fused_shape()
    var starts = (source: 0, target: 0)
    switch kind {
    case .convolution:
      result.shape = try kind.convolution(batch: key.batch)
      if sharesChannels {
        starts = result.take(Part(), unit: 1)
        result.takePanels(key.part, of: Int(result.shape.out_channels))
      } else {
        starts = result.take(key.part, unit: rowsOfPart)
      }
      result.transforms = isTransformed ? 1 : 0
    case .dense(let rows, let inputs, let outputs):
      var range = 0..<rows
      if !sharesOutputs {
        range = key.part.range(of: rows)
      } else {
        result.takePanels(key.part, of: outputs)
      }
      (result.shape.batch, result.shape.groups) = (Int64(range.count * key.batch), 1)
      (result.shape.in_channels, result.shape.out_channels) = (Int64(inputs), Int64(outputs))
      result.is_dense = 1
      starts = (range.lowerBound * inputs, range.lowerBound * outputs)
    }
    result.shape.has_bias = weights.hasBias ? 1 : 0
    result.shape.is_bfloat16 = weights.arithmetic == .bfloat16 ? 1 : 0
    result.adds = adds ? 1 : 0
    result.after = function?.after ?? Int32(odnn_after_nothing)
    (result.threads, result.lanes) = (Int32(key.threads), Int32(key.lanes))
    return (result, starts)
  }
}

extension FusedLayer.Kind {
  fileprivate func convolution(batch: Int) throws(TensorError) -> odnn_convolution_shape {
    guard
      case .convolution(let input, let weight, let stride, let padding, let dilation, let groups) =
        self
    else { return odnn_convolution_shape() }
    return try ConvolutionShape(
      input: input.batched(batch), weight: weight, bias: nil, stride: stride, padding: padding,
      dilation: dilation, groups: groups
    ).native
  }

  /// Whether one sample of it is best computed in transformed tiles; sizes that do not fit are told
  /// of where the layer is made ready.
  fileprivate func isTransformed(_ arithmetic: Arithmetic, _ function: Activation?) -> Bool {
    guard case .convolution = self, let sample = try? convolution(batch: 1) else { return false }
    var shape = odnn_fused_shape()
    shape.shape = sample
    shape.shape.is_bfloat16 = arithmetic == .bfloat16 ? 1 : 0
    shape.after = function?.after ?? Int32(odnn_after_nothing)
    return odnn_fused_transforms(&shape) != 0
  }
}

extension odnn_fused_shape {
  /// Narrows a layer to some panels of its outputs.
  fileprivate mutating func takePanels(_ part: Part, of outputs: Int) {
    let width = Int(odnn_panel_outputs), panels = part.range(of: outputs.groups(of: width))
    first_output = Int64(panels.lowerBound * width)
    end_output = Int64(min(panels.upperBound * width, outputs))
  }

  /// Narrows a convolution to some rows of its output, a multiple of `unit`, and says where its
  /// arrays then begin.
  fileprivate mutating func take(_ part: Part, unit: Int) -> (source: Int, target: Int) {
    let units = part.range(of: Int(shape.out_height).groups(of: unit))
    let end = min(units.upperBound * unit, Int(shape.out_height))
    let rows = units.lowerBound * unit..<end
    let (stride, height, padding) = (Int(shape.stride), Int(shape.height), Int(shape.padding))
    let reach = Int(shape.dilation) * (Int(shape.kernel_height) - 1) + 1
    let first = rows.lowerBound * stride - padding
    let last = (rows.upperBound - 1) * stride - padding + reach
    // The last part keeps what lies below the last window.
    let isLast = rows.upperBound == Int(shape.out_height)
    let start = max(0, first)
    shape.height = Int64((isLast ? height : min(height, last)) - start)
    shape.out_height = Int64(rows.count)
    padding_above = Int64(start - first)
    return (
      start * Int(shape.width * shape.in_channels),
      rows.lowerBound * Int(shape.out_width * shape.out_channels)
    )
  }
}

extension Int {
  /// How many groups of `size` there are, the last perhaps smaller.
  fileprivate func groups(of size: Int) -> Int { (self + size - 1) / size }
}

extension Activation {
  /// The function as C knows it.
  var after: Int32 {
    native.map { Int32($0.rawValue) } ?? Int32(odnn_after_relu)
  }
}
