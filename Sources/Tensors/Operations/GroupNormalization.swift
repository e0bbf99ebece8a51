internal import COneDNN

extension Tensor {
  /// Brings every group of neighbouring channels of every sample to zero mean and unit variance
  /// over all positions, then scales and shifts each channel.
  ///
  /// N×…×C with C divisible by `groups`, a scale and a shift of C. One group is layer normalisation
  /// over the whole image, C groups are instance normalisation. No multiply-adds are counted.
  /// Wu & He, *Group normalization*, ECCV 2018, arXiv 1803.08494, equations 1, 2 and 7.
  public func groupNormalized(
    groups: Int, scale: Tensor, shift: Tensor, epsilon: Float = 1e-5
  ) throws(TensorError) -> Tensor {
    try requireGroups(groups, scale, shift)
    let channels = shape[-1]
    let output = try Tensor.output(shape, of: "groupNormalized")
    let kept = Storage(count: 4 * shape[0] * channels)
    let (input, factor, offset) = (detached, scale.detached, shift.detached)
    let area = shape.dims[1..<(shape.rank - 1)].reduce(1, *)
    let batch = shape[0]
    let native: () -> odnn_group_norm = {
      odnn_group_norm(
        x: input.pointer, scale: factor.pointer, shift: offset.pointer, batch: Int64(batch),
        area: Int64(area), channels: Int64(channels), groups: Int64(groups), epsilon: epsilon,
        kept: nil)
    }
    var forward = native()
    forward.kept = kept.pointer
    odnn_group_norm_run(&forward, output.pointer)
    let (slot, scaleSlot, shiftSlot) = (slot, scale.slot, shift.slot)
    return try output.recorded(
      from: self, scale, shift,
      forward: { t in
        let (one, none) = (Tensor.ones([channels]), Tensor.zeros([channels]))
        return try input.normalizedTangent(t, scale: factor) { x in
          try x.groupNormalized(groups: groups, scale: one, shift: none, epsilon: epsilon)
        }
      }
    ) { g, table throws(TensorError) in
      var gradient = g
      var backward = native()
      backward.kept = kept.pointer
      let result = slot == nil ? nil : gradient.isUnshared ? gradient : gradient.emptyCopy
      let scaleGradients = Tensor(uninitialized: [batch, channels])
      let shiftGradients = Tensor(uninitialized: [batch, channels])
      odnn_group_norm_gradient(
        &backward, gradient.pointer, result?.pointer, scaleGradients.pointer,
        shiftGradients.pointer)
      if let result { table.add(result, to: slot) }
      if scaleSlot != nil { table.add(scaleGradients.summedRows(), to: scaleSlot) }
      if shiftSlot != nil { table.add(shiftGradients.summedRows(), to: shiftSlot) }
    }
  }

  private func requireGroups(
    _ groups: Int, _ scale: Tensor, _ shift: Tensor
  ) throws(TensorError) {
    guard shape.rank >= 2, shape[-1] > 0, groups >= 1, shape[-1] % groups == 0,
      count > 0 || shape[0] == 0
    else {
      throw TensorError(
        "groupNormalized: the input is \(shape) and there are \(groups) groups; expected N×…×C "
          + "with at least one position and C divisible by the groups.")
    }
    for (name, other) in [("scale", scale), ("shift", shift)] where other.shape != [shape[-1]] {
      throw TensorError(
        "groupNormalized: the \(name) is \(other.shape) and the input \(shape); expected "
          + "\(shape[-1]), one per channel.")
    }
  }
}
