public import Tensors

/// Layers whose output is added to their input: a residual block of any kind.
///
/// ```swift
/// Skip { LayerNorm(); Dense(512); GELU(); Dense(256) }
/// ```
/// He et al., arXiv:1512.03385, equation 1.
public struct Skip: Layer {
  /// The layers beside which the input passes.
  public let layers: [AnyLayer]

  /// Adds the output of `layers` to their input.
  public init(@LayerBuilder _ layers: () -> [AnyLayer]) {
    self.layers = layers()
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    guard !layers.isEmpty else {
      throw NetworkError("it has no layers, so there is nothing to add to its input")
    }
    let added = try site.sequence(layers, on: input)
    guard added == input else {
      throw NetworkError("its layers give \(added), which cannot be added to their input \(input)")
    }
    return input
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.adding(context.runSequence(input))
  }

  public var description: String {
    "Skip { \(layers.map(\.description).joined(separator: "; ")) }"
  }
}

/// Sets whole samples to zero with probability `rate` while training, and scales the rest by
/// 1/(1 − rate): at the end of a ``Skip``, a sample then skips the block.
///
/// Huang et al., *Deep networks with stochastic depth*, arXiv:1603.09382.
public struct StochasticDepth: Layer {
  /// The probability that a sample skips.
  public let rate: Float

  /// Stochastic depth with the given probability.
  public init(_ rate: Float) {
    self.rate = rate
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    guard rate >= 0, rate < 1 else {
      throw NetworkError("its rate is \(rate); it must be at least 0 and below 1")
    }
    return input
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    guard context.isTraining else { return input }
    return try input.samplesDropped(rate: rate, using: &context.random)
  }

  public var description: String { "StochasticDepth(\(rate))" }
}
