internal import COneDNN

/// One application of a batch normalisation: y = x · factor + offset per channel.
///
/// With x̂ = (x − mean) / deviation and g the gradient of the output (zero where ReLU cut), over n
/// values per channel:
/// ```
/// d shift = Σ g      d scale = Σ g x̂
/// dx = scale / deviation · (g − Σ g / n − x̂ · Σ g x̂ / n)     batch statistics
/// dx = scale / deviation · g                                  running statistics
/// ```
struct Normalization {
  /// How the backward pass knows where ReLU let a value through.
  enum Mask {
    case none
    /// From the input, which is kept anyway.
    case recomputed
    /// From the output, where something was added before ReLU.
    case output

    fileprivate var native: odnn_mask {
      switch self {
      case .none: odnn_mask_none
      case .recomputed: odnn_mask_recomputed
      case .output: odnn_mask_output
      }
    }
  }

  /// What the way back needs, but for what is one number per channel: in half the memory where
  /// products are of rounded numbers, for that is what has gone into the input.
  struct Kept {
    let input: KeptFactor
    /// Only where the mask comes from the output.
    let output: KeptFactor?
    let mask: Mask
  }

  struct Slots {
    let input, scale, shift, addend: Int?
  }

  let shape: Shape
  let mean: Tensor
  /// 1 / √(variance + ε).
  let inverse: Tensor
  /// scale / √(variance + ε).
  let factor: Tensor
  /// shift − mean · factor.
  let offset: Tensor
  let usesBatch: Bool

  private var rows: Int { shape.count / channels }
  private var channels: Int { shape[-1] }

  init(
    shape: Shape, scale: Tensor, shift: Tensor, mean: Tensor, variance: Tensor, epsilon: Float,
    usesBatch: Bool
  ) {
    let inverse = Tensor(shape: mean.shape) { buffer in
      for c in buffer.indices { buffer[c] = 1 / (variance.pointer[c] + epsilon).squareRoot() }
    }
    let factor = scale.product(inverse)
    (self.shape, self.mean, self.inverse, self.factor) = (shape, mean, inverse, factor)
    offset = Tensor(shape: mean.shape) { buffer in
      for c in buffer.indices {
        buffer[c] = shift.pointer[c] - mean.pointer[c] * factor.pointer[c]
      }
    }
    self.usesBatch = usesBatch
  }

  func output(
    of input: Tensor, adding addend: Tensor?, relu: Bool
  ) throws(TensorError) -> Tensor {
    let output = try Tensor.output(shape, of: "batchNormalized")
    odnn_channel_affine(
      input.pointer, addend?.pointer, Int64(rows), Int64(channels), factor.pointer,
      offset.pointer, relu ? 1 : 0, output.pointer)
    return output
  }

  /// Adds the gradients of all inputs, given that of the output, to the table.
  ///
  /// Memory that nobody else holds is written over: the masked gradient over the gradient, dx over
  /// either.
  func backward(
    _ gradient: consuming Tensor, _ kept: Kept, _ slots: Slots, _ table: GradientTable
  ) {
    let (input, output) = (kept.input.restored(), kept.output?.restored())
    var native = self.native(input, output, kept.mask)
    var gradient = gradient
    let sum = Tensor(uninitialized: mean.shape)
    let product = Tensor(uninitialized: mean.shape)
    let scratch = Storage(count: odnn_channel_scratch(Int64(rows), Int64(channels)))
    // With an addend the masked gradient is needed as such, so the sums leave it behind.
    var masked = native.output == nil || gradient.isUnshared ? nil : gradient.emptyCopy
    odnn_channel_gradient_sums(
      &native, gradient.pointer, (masked?.pointer ?? gradient.pointer), sum.pointer,
      product.pointer, scratch.pointer)
    if let result = masked { gradient = result }
    masked = nil
    for c in 0..<channels { product.pointer[c] *= inverse.pointer[c] }
    if slots.addend != nil { table.add(gradient, to: slots.addend) }
    if slots.input != nil {
      let result = gradient.isUnshared ? gradient : gradient.emptyCopy
      inputGradient(&native, gradient, sum, product, into: result)
      table.add(result, to: slots.input)
    }
    table.add(sum, to: slots.shift)
    table.add(product, to: slots.scale)
    withExtendedLifetime((input, output)) {}
  }

  /// The derivative of the output along those of input, scale and shift:
  /// factor · (dx − Σ dx / n − x̂ · Σ x̂ dx / n) + x̂ · d scale + d shift, without the sums where the
  /// statistics are running ones.
  func tangent(_ tangents: [Tensor?], at input: Tensor) throws -> Tensor? {
    let axes = Array(0..<(shape.rank - 1))
    let normalized = try (input - mean) * inverse
    let first = try tangents[0].map { tangent in
      guard usesBatch else { return try tangent * factor }
      let slope = try (normalized * tangent).mean(over: axes)
      return try (tangent - tangent.mean(over: axes) - normalized * slope) * factor
    }
    let second = try tangents[1].map { try normalized * $0 }
    return try .sum(first, second, tangents[2]?.broadcast(to: shape))
  }

  private func native(_ input: Factor, _ output: Factor?, _ mask: Mask) -> odnn_normalization {
    odnn_normalization(
      x: input.pointer, output: output.map { UnsafePointer($0.pointer) }, rows: Int64(rows),
      channels: Int64(channels), mean: mean.pointer, factor: factor.pointer,
      offset: offset.pointer, mask: mask.native)
  }

  /// dx = g · a + x · b + c with per-channel a, b, c.
  private func inputGradient(
    _ native: inout odnn_normalization, _ gradient: Tensor, _ sum: Tensor, _ product: Tensor,
    into result: Tensor
  ) {
    let b = Tensor.zeros(mean.shape)
    let c = Tensor.zeros(mean.shape)
    if usesBatch {
      let share = 1 / Float(rows)
      for k in 0..<channels {
        let slope = -factor.pointer[k] * inverse.pointer[k] * product.pointer[k] * share
        b.pointer[k] = slope
        c.pointer[k] = -factor.pointer[k] * sum.pointer[k] * share - mean.pointer[k] * slope
      }
    }
    odnn_channel_gradient(
      &native, gradient.pointer, factor.pointer, b.pointer, c.pointer, result.pointer)
  }
}
