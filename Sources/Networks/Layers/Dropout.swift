public import Tensors

/// Sets each value to zero with probability `rate` while training, and scales the rest by
/// 1/(1 − rate); in evaluation, and when frozen, it does nothing.
public struct Dropout: Layer {
  /// The probability of a zero.
  public let rate: Float

  /// A dropout with the given probability of a zero.
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
    guard context.isTraining, rate > 0 else { return input }
    return try input.dropout(rate: rate, using: &context.random)
  }

  public var description: String { "Dropout(\(rate))" }
}
