internal import COneDNN

/// A function applied to every element on its own.
///
/// ```swift
/// let y = try x.activated(by: .gelu)
/// ```
/// With x the element and Φ the normal distribution. Exponentials and their kin are polynomials
/// with an error of a few units in the last place.
public enum Activation: String, Hashable, Sendable, Codable, CaseIterable {
  /// max(x, 0).
  case relu
  /// min(max(x, 0), 6). Krizhevsky, *Convolutional deep belief networks on CIFAR-10*, 2010.
  case relu6
  /// relu6(x + 3) / 6. Howard et al., *Searching for MobileNetV3*, 2019, arXiv 1905.02244.
  case hardSigmoid
  /// x · relu6(x + 3) / 6. Howard et al., arXiv 1905.02244, section 5.2.
  case hardSwish
  /// x · sigmoid(x), also called swish. Elfwing et al., arXiv 1702.03118.
  case silu
  /// 1 / (1 + e⁻ˣ).
  case sigmoid
  /// The hyperbolic tangent.
  case tanh
  /// x · Φ(x). Hendrycks & Gimpel, *Gaussian error linear units*, arXiv 1606.08415.
  case gelu
  /// ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))): the approximation that BERT and GPT-2 use.
  case geluTanh
  /// ln(1 + eˣ).
  case softplus

  var native: odnn_function? {
    switch self {
    case .relu: nil
    case .relu6: odnn_function_relu6
    case .hardSigmoid: odnn_function_hard_sigmoid
    case .hardSwish: odnn_function_hard_swish
    case .silu: odnn_function_silu
    case .sigmoid: odnn_function_sigmoid
    case .tanh: odnn_function_tanh
    case .gelu: odnn_function_gelu
    case .geluTanh: odnn_function_gelu_tanh
    case .softplus: odnn_function_softplus
    }
  }
}

extension Tensor {
  /// The function of every element.
  ///
  /// The shape stays; no multiply-adds are counted.
  public func activated(by activation: Activation) throws(TensorError) -> Tensor {
    guard let native = activation.native else { return try relu() }
    return try applying(native)
  }

  /// min(max(x, 0), 6).
  public func relu6() throws(TensorError) -> Tensor { try applying(odnn_function_relu6) }

  /// x · relu6(x + 3) / 6.
  public func hardSwish() throws(TensorError) -> Tensor { try applying(odnn_function_hard_swish) }

  /// relu6(x + 3) / 6.
  public func hardSigmoid() throws(TensorError) -> Tensor {
    try applying(odnn_function_hard_sigmoid)
  }

  /// x · sigmoid(x), also called swish.
  public func silu() throws(TensorError) -> Tensor { try applying(odnn_function_silu) }

  /// 1 / (1 + e⁻ˣ).
  public func sigmoid() throws(TensorError) -> Tensor { try applying(odnn_function_sigmoid) }

  /// The hyperbolic tangent.
  public func tanh() throws(TensorError) -> Tensor { try applying(odnn_function_tanh) }

  /// x · Φ(x), Φ being the normal distribution; `approximated`, the form with a hyperbolic tangent.
  public func gelu(approximated: Bool = false) throws(TensorError) -> Tensor {
    try applying(approximated ? odnn_function_gelu_tanh : odnn_function_gelu)
  }

  /// ln(1 + eˣ).
  public func softplus() throws(TensorError) -> Tensor { try applying(odnn_function_softplus) }

  /// eˣ.
  public func exponential() throws(TensorError) -> Tensor {
    try applying(odnn_function_exponential)
  }

  /// The natural logarithm; −∞ at 0 and not a number below.
  public func logarithm() throws(TensorError) -> Tensor { try applying(odnn_function_logarithm) }

  /// The square root; not a number below 0.
  public func squareRoot() throws(TensorError) -> Tensor { try applying(odnn_function_root) }

  /// |x|, whose gradient at 0 is 0.
  public func magnitude() throws(TensorError) -> Tensor { try applying(odnn_function_magnitude) }

  private func applying(_ function: odnn_function) throws(TensorError) -> Tensor {
    let output = try Tensor.output(shape, of: "activated")
    odnn_apply(function, pointer, output.pointer, Int64(count))
    let (input, slot) = (detached, slot)
    return try output.recorded(
      from: self,
      forward: { t in
        try .symmetric(t[0], at: input) { x in try x.applying(function) }
      }
    ) { g, table throws(TensorError) in
      var gradient = g
      let result = gradient.isUnshared ? gradient : gradient.emptyCopy
      odnn_apply_gradient(
        function, gradient.pointer, input.pointer, result.pointer, Int64(result.count))
      table.add(result, to: slot)
    }
  }
}
