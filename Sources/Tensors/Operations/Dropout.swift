internal import COneDNN

extension Tensor {
  /// Sets each scalar to zero with probability `rate` and divides the others by 1 − rate.
  ///
  /// The mask is a hash of one number drawn from `random` and the position, so it is not stored.
  /// Srivastava et al., *Dropout*, JMLR 15, 2014.
  public func dropout(rate: Float, using random: inout Random) throws(TensorError) -> Tensor {
    guard rate >= 0, rate < 1 else {
      throw TensorError("dropout: the rate is \(rate), expected at least 0 and less than 1.")
    }
    guard rate > 0 else { return self }
    let key = random.next()
    let slot = slot
    return try dropped(key, rate).recorded(
      from: self,
      forward: { t in try t[0]?.dropped(key, rate) }
    ) { g, table throws(TensorError) in
      table.add(try g.dropped(key, rate), to: slot)
    }
  }

  private func dropped(_ key: UInt64, _ rate: Float) throws(TensorError) -> Tensor {
    let output = try Tensor.output(shape, of: "dropout")
    odnn_dropout(pointer, key, rate, output.pointer, Int64(count))
    return output
  }
}
