internal import COneDNN

extension Tensor {
  /// Sets whole samples to zero with probability `rate` and divides the others by 1 − rate.
  ///
  /// Applied to the branch of a residual block before the addition, a sample then skips the block.
  /// Huang et al., *Deep networks with stochastic depth*, ECCV 2016, arXiv 1603.09382.
  public func samplesDropped(rate: Float, using random: inout Random) throws(TensorError) -> Tensor
  {
    guard rate >= 0, rate < 1, shape.rank >= 1, shape.rank <= Walk.largestRank else {
      throw TensorError(
        "samplesDropped: the rate is \(rate) and the input \(shape), expected a rate of at least 0 "
          + "and less than 1, and a batch N×….")
    }
    guard rate > 0 else { return self }
    let factors = Tensor(shape: Shape([shape[0]] + shape.dims.dropFirst().map { _ in 1 })) {
      for n in $0.indices { $0[n] = random.uniform() < rate ? 0 : 1 / (1 - rate) }
    }
    return try self * factors
  }
}
