internal import COneDNN

// The update loops of optimisers: one pass over the parameter, its gradient and the optimiser's
// memory, in place. Which parameters, with which rates, is the optimiser's business.

extension Parameter {
  /// Stochastic gradient descent with momentum, as PyTorch defines it.
  ///
  /// ```
  /// g = gradient + weightDecay · w
  /// v = momentum · v + g
  /// w = w − learningRate · v              Nesterov: w − learningRate · (g + momentum · v)
  /// ```
  /// - Parameter velocity: the optimiser's memory, zeros at first; nil for plain descent.
  public func applySGD(
    gradient: Tensor, learningRate: Float, momentum: Float = 0, weightDecay: Float = 0,
    velocity: inout Tensor?, nesterov: Bool = false
  ) throws(TensorError) {
    try requireShape(gradient, "gradient")
    if momentum != 0, velocity == nil { velocity = .zeros(value.shape) }
    if let velocity { try requireShape(velocity, "velocity") }
    velocity?.makeUnique()
    let (memory, count) = (velocity?.pointer, Int64(value.count))
    value.withUnsafeMutableBuffer {
      odnn_sgd(
        $0.baseAddress, gradient.pointer, memory, count, learningRate, momentum, weightDecay,
        nesterov ? 1 : 0)
    }
  }

  /// Adam (Kingma & Ba, ICLR 2015, arXiv 1412.6980, algorithm 1) or, decoupled, AdamW (Loshchilov &
  /// Hutter, ICLR 2019, arXiv 1711.05101, algorithm 2), as PyTorch defines them.
  ///
  /// - Parameters:
  ///   - step: 1 for the first update.
  ///   - first, second: running means of the gradient and its square, zeros at first.
  ///   - decoupled: weight decay shrinks the weights instead of joining the gradient.
  public func applyAdam(
    gradient: Tensor, step: Int, learningRate: Float, beta1: Float = 0.9, beta2: Float = 0.999,
    epsilon: Float = 1e-8, weightDecay: Float = 0, decoupled: Bool = false, first: inout Tensor,
    second: inout Tensor
  ) throws(TensorError) {
    try requireShape(gradient, "gradient")
    try requireShape(first, "first moment")
    try requireShape(second, "second moment")
    guard step >= 1 else { throw TensorError("applyAdam: step is \(step), expected 1 or more.") }
    first.makeUnique()
    second.makeUnique()
    let (m, v, count) = (first.pointer, second.pointer, Int64(value.count))
    let corrections = (
      Float(1 - power(beta1, step)), Float(1 - power(beta2, step))
    )
    value.withUnsafeMutableBuffer {
      odnn_adam(
        $0.baseAddress, gradient.pointer, m, v, count, learningRate, beta1, beta2, corrections.0,
        corrections.1, epsilon, weightDecay, decoupled ? 1 : 0)
    }
  }

  /// base^exponent in double precision, by repeated squaring.
  private func power(_ base: Float, _ exponent: Int) -> Double {
    var (result, square, rest) = (1.0, Double(base), exponent)
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }

  private func requireShape(_ other: Tensor, _ what: String) throws(TensorError) {
    guard other.shape == value.shape else {
      throw TensorError(
        "\(name): the \(what) is \(other.shape) and the parameter \(value.shape); expected equal "
          + "shapes.")
    }
  }
}
