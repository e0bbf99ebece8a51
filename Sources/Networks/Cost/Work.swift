/// What one forward pass of a layer does to one sample, itemised so that every way of counting
/// can be computed from it.
public struct Work: Hashable, Sendable, Codable {
  /// Multiply-adds of convolutions, dense layers and matrix products, without bias.
  public var products = 0
  /// Additions of a dense layer's bias.
  public var denseBias = 0
  /// Elements that are normalised with learned scale and shift.
  public var normalized = 0
  /// Elements that pass a ReLU.
  public var activated = 0
  /// Window elements read by pooling: kernel² per output value.
  public var pooled = 0
  /// Input elements of a pooling down to a fixed size, such as ``GlobalPool``.
  public var adaptivelyPooled = 0

  /// No work at all.
  public init() {}

  public static func + (left: Work, right: Work) -> Work {
    var sum = left
    sum += right
    return sum
  }

  public static func += (left: inout Work, right: Work) {
    left.products += right.products
    left.denseBias += right.denseBias
    left.normalized += right.normalized
    left.activated += right.activated
    left.pooled += right.pooled
    left.adaptivelyPooled += right.adaptivelyPooled
  }
}

/// A way of counting the operations of a network for one sample.
///
/// The papers call all of these "FLOPs"; they differ by up to a factor of two, so a number is
/// only comparable with one of the same convention.
public enum CostConvention: String, Hashable, Sendable, Codable, CaseIterable {
  /// Multiply-adds of convolutions, dense layers and matrix products; no bias, no normalisation,
  /// no activation, no pooling. What this library means by cost unless it says otherwise.
  case multiplyAdds
  /// MSDNet's `op_counter`: multiply-adds, plus a dense layer's bias, 1 per ReLU element, and the
  /// window size per pooled output; normalisation is free.
  case opcounter
  /// Meta's `fvcore`: multiply-adds, plus 2 per element normalised in evaluation and 1 per input
  /// element of an adaptive pooling; no ReLU, no bias, no windowed pooling.
  case fvcore
  /// Multiplications and additions counted one by one, as in the SDN paper: twice the multiply-adds.
  case flops2x

  /// The operations of `work` in this convention.
  public func count(_ work: Work) -> Int {
    switch self {
    case .multiplyAdds: work.products
    case .opcounter:
      work.products + work.denseBias + work.activated + work.pooled + work.adaptivelyPooled
    case .fvcore: work.products + 2 * work.normalized + work.adaptivelyPooled
    case .flops2x: 2 * work.products
    }
  }
}
