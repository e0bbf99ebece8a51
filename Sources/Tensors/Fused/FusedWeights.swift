internal import COneDNN

/// The weights of a convolution or dense layer with the normalisation behind it folded in, packed
/// for every layout that oneDNN asks for.
///
/// What a parameter holds is noticed by its storage's version, so numbers that were trained, loaded
/// or replaced since are folded and packed anew before the next run.
package final class FusedWeights {
  /// The normalisation folded in: (x − mean) / √(variance + ε) · scale + shift.
  package struct Normalization {
    let scale: Parameter
    let shift: Parameter
    let statistics: BatchStatistics

    package init(scale: Parameter, shift: Parameter, statistics: BatchStatistics) {
      (self.scale, self.shift, self.statistics) = (scale, shift, statistics)
    }
  }

  private let weight: Parameter
  private let bias: Parameter?
  private let normalization: Normalization?
  /// The outputs that are computed, of all that the weight has.
  private let outputs: Range<Int>
  /// The inputs of each output; those beyond what the weight has are zero.
  private let inputs: Int?
  /// How they are multiplied.
  let arithmetic: Arithmetic
  /// Grows whenever the numbers change.
  private(set) var generation = 0
  private var versions: [UInt64] = []
  private var biasValues: Storage?
  private var packed: [(kind: FusedVariant, storage: Storage)] = []
  private var planar: Planar?, pixels: Planar?

  /// Weights packed for a layer on planes, and biases.
  struct Planar {
    let weights: Storage, bias: Storage
  }

  package init(
    weight: Parameter, bias: Parameter?, normalization: Normalization?, outputs: Range<Int>,
    inputs: Int? = nil, arithmetic: Arithmetic = .float32
  ) {
    (self.weight, self.bias) = (weight, bias)
    (self.normalization, self.outputs) = (normalization, outputs)
    (self.inputs, self.arithmetic) = (inputs, arithmetic)
  }

  /// The number of weights that are used.
  package var count: Int { outputs.count * rowCount }
  package var hasBias: Bool { bias != nil || normalization != nil }

  /// Throws away what was made of numbers that are no longer those of the parameters, and counts how
  /// often that has happened.
  package func refreshed() -> Int {
    guard !isCurrent else { return generation }
    versions = sources.map(\.version)
    biasValues = nil
    (packed, planar, pixels) = ([], nil, nil)
    generation += 1
    return generation
  }

  private var isCurrent: Bool {
    guard !versions.isEmpty else { return false }
    guard weight.value.storage.version == versions[0] else { return false }
    var index = 1
    if let bias {
      guard bias.value.storage.version == versions[index] else { return false }
      index += 1
    }
    guard let n = normalization else { return true }
    return n.scale.value.storage.version == versions[index]
      && n.shift.value.storage.version == versions[index + 1]
      && n.statistics.mean.storage.version == versions[index + 2]
      && n.statistics.variance.storage.version == versions[index + 3]
  }

  private var sources: [Storage] {
    var result = [weight.value.storage]
    if let bias { result.append(bias.value.storage) }
    if let n = normalization {
      result += [
        n.scale.value.storage, n.shift.value.storage, n.statistics.mean.storage,
        n.statistics.variance.storage,
      ]
    }
    return result
  }

  /// Weights and bias for a primitive, in its layout.
  func values(for variant: FusedVariant) throws(TensorError) -> (Storage, Storage?) {
    if biasValues == nil, hasBias { biasValues = try finite(foldedBias()) }
    if let known = packed.first(where: { $0.kind.hasLayout(of: variant) }) {
      return (known.storage, biasValues)
    }
    let storage = try variant.pack(finite(foldedWeights()))
    packed.append((variant, storage))
    return (storage, biasValues)
  }

  /// Throws unless all numbers are finite: a rectifier behind them could hide that they are not.
  private func finite(_ values: Storage) throws(TensorError) -> Storage {
    let sum = odnn_sum(values.pointer, Int64(values.count))
    guard !sum.isFinite else { return values }
    let all = UnsafeBufferPointer(start: values.pointer, count: values.count)
    guard let wrong = all.first(where: { !$0.isFinite }) else { return values }
    throw TensorError(
      "inference: \(weight.name), with its bias and the normalisation behind it, holds \(wrong): the "
        + "model has diverged; take the last good one, and train with a smaller learning rate.")
  }

  /// Weights and biases for a layer on planes.
  func inPlanes() -> Planar {
    if let planar { return planar }
    let shape = weight.value.shape
    let (count, inputs, area) = (Int64(outputs.count), Int64(shape[1]), Int64(shape[2] * shape[3]))
    let made = repacked(odnn_planar_packed(count, inputs, area)) {
      odnn_planar_pack($0, count, inputs, area, $1)
    }
    planar = made
    return made
  }

  /// Weights and biases for windows on pixels.
  func inPixels() -> Planar {
    if let pixels { return pixels }
    let (count, inputs) = (Int64(outputs.count), Int64(weight.value.shape[1]))
    let made = repacked(odnn_pixels_packed(count, inputs)) {
      odnn_pixels_pack($0, count, inputs, $1)
    }
    pixels = made
    return made
  }

  private func repacked(
    _ count: Int,
    _ pack: (_ from: UnsafeMutablePointer<Float>, _ to: UnsafeMutablePointer<Float>) -> Void
  ) -> Planar {
    let (weights, folded) = (Storage(count: count), foldedWeights())
    withExtendedLifetime(folded) { pack(folded.pointer, weights.pointer) }
    let bias = Storage(count: outputs.count)
    bias.pointer.update(repeating: 0, count: bias.count)
    if hasBias {
      let folded = foldedBias()
      withExtendedLifetime(folded) {
        bias.pointer.update(from: folded.pointer, count: outputs.count)
      }
    }
    return Planar(weights: weights, bias: bias)
  }

  private var rowCount: Int { weight.value.shape.sample.count }

  private func factors() -> [Float]? {
    guard let n = normalization else { return nil }
    let (variance, scale) = (n.statistics.variance.pointer, n.scale.value.pointer)
    return outputs.map { scale[$0] / (variance[$0] + n.statistics.epsilon).squareRoot() }
  }

  private func foldedWeights() -> Storage {
    let (count, factors) = (rowCount, factors())
    let wide = inputs.map { count / weight.value.shape[1] * $0 } ?? count
    let result = Storage(count: outputs.count * wide)
    for (row, output) in outputs.enumerated() {
      let from = weight.value.pointer + output * count
      let to = result.pointer + row * wide
      (to + count).update(repeating: 0, count: wide - count)
      odnn_affine(from, factors?[row] ?? 1, 0, to, Int64(count))
    }
    // oneDNN narrows what it packs as 16 bits by itself.
    if arithmetic == .rounded {
      odnn_round(result.pointer, result.pointer, Int64(result.count))
    }
    return result
  }

  private func foldedBias() -> Storage {
    let (result, factors) = (Storage(count: outputs.count), factors())
    for (row, output) in outputs.enumerated() {
      var value = bias.map { $0.value.pointer[output] } ?? 0
      if let n = normalization, let factors {
        value = (value - n.statistics.mean.pointer[output]) * factors[row]
        value += n.shift.value.pointer[output]
      }
      result.pointer[row] = value
    }
    return result
  }
}
