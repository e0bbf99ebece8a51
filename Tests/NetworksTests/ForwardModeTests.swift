import Networks
import Tensors
import Testing

/// Derivatives along a direction through whole networks, as bi-level training takes them.
@Suite struct ForwardModeTests {
  /// The losses of every sample at every exit, in training.
  static func losses(_ model: Model, _ small: BackboneTests.Small, _ tape: Tape) throws -> Tensor {
    var random = Random(seed: 0)
    let logits = try model.logits(
      small.input, training: .everything, tape: tape, random: &random)
    let losses = try (0..<model.exitCount).compactMap { exit in
      try logits[exit]?.crossEntropies(labels: small.labels)
    }
    return try .concatenated(losses, axis: 0)
  }

  /// ⟨J v, u⟩ = ⟨v, Jᵀ u⟩, with v over all parameters and u over the losses of all samples.
  @Test(arguments: BackboneTests.small)
  func isTheTransposeOfTheBackwardPass(_ small: BackboneTests.Small) throws {
    let model = try BackboneTests.model(small.network)
    let parameters = model.parameters.filter(\.isTrainable)
    var random = Random(seed: 7)
    let direction = parameters.map {
      Tensor.normal(shape: $0.value.shape, deviation: 0.05, using: &random)
    }
    let (value, derivative) = try jvp(
      of: { try Self.losses(model, small, $0) }, at: parameters, along: direction)
    let u = Tensor.normal(shape: value.shape, using: &random)
    let tape = Tape()
    let gradients = try tape.gradients(of: (Self.losses(model, small, tape) * u).sum())
    let left = Self.product(derivative, u)
    let right = zip(parameters, direction).reduce(0) { sum, pair in
      sum + (gradients[pair.0].map { Self.product($0, pair.1) } ?? 0)
    }
    #expect(abs(left - right) <= 1e-3 * max(0.1, abs(right)), "\(left) and \(right)")
  }

  /// (ℓ(θ + h v) − ℓ(θ − h v)) / 2h of every sample's loss, with the running statistics in use.
  @Test func centralDifferences() throws {
    let small = BackboneTests.small[0]
    let model = try BackboneTests.model(small.network)
    let parameters = model.parameters
    let values = parameters.map(\.value)
    var random = Random(seed: 8)
    let direction = parameters.map { Tensor.normal(shape: $0.value.shape, using: &random) }
    let (_, derivative) = try jvp(
      of: { try Self.losses(model, small, $0) }, at: parameters, along: direction)
    let h: Float = 0x1p-9
    let ends = try [h, -h].map { step in
      for (k, parameter) in parameters.enumerated() {
        parameter.value = try values[k] + direction[k] * step
      }
      return try Self.losses(model, small, Tape()).stoppingGradient()
    }
    let slopes = try ((ends[0] - ends[1]) / (2 * h)).scalars
    for (got, slope) in zip(derivative.scalars, slopes) {
      #expect(abs(got - slope) <= 0.02 * max(1, abs(slope)), "\(got) and \(slope)")
    }
  }

  static func product(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.scalars, b.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}
