internal import COneDNN

/// The sizes of a two-dimensional convolution, checked.
package struct ConvolutionShape: Hashable, Sendable, CustomStringConvertible {
  package private(set) var input: Shape, output: Shape
  package let weight: Shape
  let stride: Int, padding: Int, dilation: Int, groups: Int
  let hasBias: Bool
  /// Whether what is multiplied is bfloat16.
  let isBFloat16: Bool
  /// Whether it may be computed in transformed tiles, where a sample's last bits depend on how many
  /// others there are.
  let mayTransform: Bool

  /// Output size: (H + 2 · padding − dilation · (kernel − 1) − 1) / stride + 1, rounded down.
  init(
    input: Shape, weight: Shape, bias: Shape?, stride: Int, padding: Int, dilation: Int,
    groups: Int, isBFloat16: Bool = false, mayTransform: Bool = false
  ) throws(TensorError) {
    (self.isBFloat16, self.mayTransform) = (isBFloat16, mayTransform)
    (self.input, self.weight, hasBias) = (input, weight, bias != nil)
    (self.stride, self.padding, self.dilation, self.groups) = (stride, padding, dilation, groups)
    guard input.rank == 4, weight.rank == 4 else {
      throw TensorError(
        "convolved: the input is \(input) and the weight \(weight); expected N×H×W×C and "
          + "out×in×height×width.")
    }
    guard input.checkedCount != nil, weight.checkedCount != nil else {
      throw TensorError(
        "convolved: the input is \(input) and the weight \(weight); expected sizes that fit in "
          + "memory.")
    }
    let small = 1..<(1 << 15)
    guard small.contains(stride), small.contains(dilation), small.contains(groups),
      padding >= 0, padding < 1 << 15, small.contains(weight[2]), small.contains(weight[3])
    else {
      throw TensorError(
        "convolved: got kernel \(weight[2])×\(weight[3]), stride \(stride), padding \(padding), "
          + "dilation \(dilation), groups \(groups); expected positive sizes, padding ≥ 0.")
    }
    guard weight[0] > 0, weight[0] % groups == 0, weight[1] * groups == input[3], input[3] > 0
    else {
      throw TensorError(
        "convolved: the input is \(input), the weight \(weight), groups \(groups); expected a "
          + "weight of out×(\(input[3])/groups)×height×width with out divisible by groups.")
    }
    guard bias.map({ $0 == [weight[0]] }) ?? true else {
      throw TensorError(
        "convolved: the bias is \(bias ?? []), expected \(weight[0]) to fit the weight \(weight).")
    }
    guard input[1] > 0, input[2] > 0 else {
      throw TensorError("convolved: the input \(input) has no pixels, expected height, width ≥ 1.")
    }
    let height = input[1] + 2 * padding - dilation * (weight[2] - 1) - 1
    let width = input[2] + 2 * padding - dilation * (weight[3] - 1) - 1
    guard height >= 0, width >= 0 else {
      throw TensorError(
        "convolved: the kernel \(weight[2])×\(weight[3]) (dilation \(dilation)) is larger than "
          + "the input \(input) with padding \(padding).")
    }
    output = [input[0], height / stride + 1, width / stride + 1, weight[0]]
  }

  /// Multiply-adds for one image, bias not counted: out positions × out × in/groups × kernel area.
  var multiplyAdds: Int {
    let (product, overflow) = (output[1] * output[2]).multipliedReportingOverflow(by: weight.count)
    return overflow ? .max : product
  }

  var native: odnn_convolution_shape {
    odnn_convolution_shape(
      batch: Int64(input[0]), height: Int64(input[1]), width: Int64(input[2]),
      in_channels: Int64(input[3]), out_height: Int64(output[1]), out_width: Int64(output[2]),
      out_channels: Int64(output[3]), kernel_height: Int64(weight[2]),
      kernel_width: Int64(weight[3]), stride: Int64(stride), padding: Int64(padding),
      dilation: Int64(dilation), groups: Int64(groups), has_bias: hasBias ? 1 : 0,
      is_bfloat16: isBFloat16 ? 1 : 0, may_transform: mayTransform ? 1 : 0)
  }

  package var description: String { "\(input) with \(weight) to \(output)" }
}

extension Tensor {
  /// The output shape and the multiply-adds per image of a convolution, without running it.
  public static func convolution(
    _ input: Shape, weight: Shape, stride: Int = 1, padding: Int = 0, dilation: Int = 1,
    groups: Int = 1
  ) throws(TensorError) -> (output: Shape, multiplyAdds: Int) {
    let shape = try ConvolutionShape(
      input: input, weight: weight, bias: nil, stride: stride, padding: padding,
      dilation: dilation, groups: groups)
    return (shape.output, shape.multiplyAdds)
  }

  /// Two-dimensional convolution (cross-correlation, as in every framework) of N×H×W×C.
  ///
  /// - Parameters:
  ///   - weight: out × in/groups × height × width.
  ///   - bias: one per output channel.
  ///   - padding: zeros around the image, on every side.
  public func convolved(
    with weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
    dilation: Int = 1, groups: Int = 1
  ) throws(TensorError) -> Tensor {
    let arithmetic = Arithmetic.current
    let isRecorded = slot != nil || weight.slot != nil || bias?.slot != nil
    let sizes = try ConvolutionShape(
      input: shape, weight: weight.shape, bias: bias?.shape, stride: stride, padding: padding,
      dilation: dilation, groups: groups, isBFloat16: arithmetic == .bfloat16,
      mayTransform: isRecorded)
    if count > 0, sizes.needsPickedPixels {
      return try averagePooled(kernel: 1, stride: stride)
        .convolved(with: weight, bias: bias, groups: groups)
    }
    if arithmetic == .float32, count > 0, sizes.readsColumns(of: self) {
      return try rowConvolved(with: weight, sizes.output)
    }
    let output = try Tensor.output(sizes.output, of: "convolved")
    let (inputSlot, biasSlot) = (slot, bias?.slot)
    let (kernel, weightSlot) = (weight.detached, weight.slot)
    guard count > 0 else {
      return try output.recorded(
        from: self, weight, bias,
        forward: { _ in .zeros(output.shape) }
      ) { g, table throws(TensorError) in
        table.add(.zeros(sizes.input), to: inputSlot)
        table.add(.zeros(kernel.shape), to: weightSlot)
        table.add(.zeros([kernel.shape[0]]), to: biasSlot)
      }
    }
    let (factor, kept) = arithmetic.factor(self, keeping: weightSlot != nil || biasSlot != nil)
    try sizes.forward(
      factor, arithmetic.unpackedWeight(weight), bias, into: output,
      batches: isRecorded ? [shape[0]] : ConvolutionShape.batches(of: shape[0]))
    return try output.recorded(
      from: self, weight, bias,
      forward: { t in
        let first = try t[0]?.convolved(
          with: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups)
        let second = try t[1].map {
          try detached.convolved(
            with: $0, stride: stride, padding: padding, dilation: dilation, groups: groups)
        }
        return try .sum(first, second, t[2]?.broadcast(to: output.shape))
      }
    ) { g, table throws(TensorError) in
      let gradient = arithmetic.factor(consuming: g)
      if let input = kept?.restored() {
        let (dw, db) = try sizes.weightGradients(input: input, gradient: gradient)
        table.add(dw, to: weightSlot)
        if let db { table.add(db, to: biasSlot) }
      }
      if inputSlot != nil {
        if sizes.isPointwise, table.holds(inputSlot) {
          try table.accumulate(into: inputSlot, shape: sizes.input) {
            (sum, _) throws(TensorError) in
            try sizes.addInputGradient(
              weight: arithmetic.weight(kernel), gradient: gradient, to: sum)
          }
        } else {
          let change = try sizes.inputGradient(
            weight: arithmetic.unpackedWeight(kernel), gradient: gradient)
          table.add(change, to: inputSlot)
        }
      }
    }
  }
}

extension ConvolutionShape {
  /// The sizes of the runs that a batch outside training is computed in.
  ///
  /// Where samples leave the batch one by one, its size is a new one nearly every time, and oneDNN
  /// compiles for a size. So a batch is cut into one run of a multiple of 16, at most 256, and runs
  /// of 8, 4, 2 and 1: some twenty sizes in all.
  static func batches(of count: Int) -> [Int] {
    var rest = count
    var result: [Int] = []
    while rest > 0 {
      let run =
        rest >= 16 ? min(rest & ~15, 256) : 1 << (Int.bitWidth - 1 - rest.leadingZeroBitCount)
      result.append(run)
      rest -= run
    }
    return result
  }

  func forward(
    _ source: Factor, _ weight: Storage, _ bias: Tensor?, into target: Tensor, batches: [Int]
  ) throws(TensorError) {
    var start = 0
    for batch in batches {
      var shape = self
      (shape.input[0], shape.output[0]) = (batch, batch)
      let from = source.pointer(at: start * input.sample.count)
      let to = target.pointer + start * output.sample.count
      try ConvolutionCache.withCompiled(shape, .forward) { forward throws(TensorError) in
        try forward.run(
          source: from, weights: forward.packed(weight), bias: bias?.pointer, target: to)
      }
      start += batch
    }
  }

  /// Whether every stride-th pixel is picked before the convolution instead of by it.
  ///
  /// oneDNN's 1×1 kernels do the same with a stride, and in 2.6 their weight gradient then writes
  /// past its scratch memory unless the channels fill whole vectors of 16.
  var needsPickedPixels: Bool {
    stride > 1 && padding == 0 && weight[2] == 1 && weight[3] == 1 && weight[1] % 16 != 0
  }

  /// Whether it is a matrix product of the pixels' channels.
  var isPointwise: Bool {
    weight[2] == 1 && weight[3] == 1 && stride == 1 && padding == 0 && groups == 1
  }

  /// Adds the gradient of a pointwise convolution's input to what is in `sum`, without a pass of
  /// its own for the addition.
  func addInputGradient(
    weight: Factor, gradient: Factor, to sum: UnsafeMutablePointer<Float>
  ) throws(TensorError) {
    let product = MatrixCall(
      m: input.count / input[3], n: input[3], k: output[3], transposed: (false, false),
      isBFloat16: isBFloat16)
    try product.run(
      gradient.pointer, weight.pointer, sum, steps: (0, 0), accumulating: true)
  }

  func inputGradient(weight: Storage, gradient: Factor) throws(TensorError) -> Tensor {
    let result = Tensor(uninitialized: input)
    try ConvolutionCache.withCompiled(self, .backwardData) { backward throws(TensorError) in
      try backward.run(
        source: result.pointer, weights: backward.packed(weight), bias: nil,
        target: gradient.pointer)
    }
    return result
  }

  func weightGradients(
    input: Factor, gradient: Factor
  ) throws(TensorError) -> (weight: Tensor, bias: Tensor?) {
    let result = Tensor(uninitialized: weight)
    let bias = hasBias ? Tensor(uninitialized: [weight[0]]) : nil
    try ConvolutionCache.withCompiled(self, .backwardWeights) { backward throws(TensorError) in
      let isPacked = backward.packedCount > 0
      let packed = isPacked ? Storage(count: backward.packedCount) : result.storage
      try backward.run(
        source: input.pointer, weights: packed, bias: bias?.pointer,
        target: gradient.pointer)
      if isPacked { try backward.unpack(packed, into: result) }
    }
    return (result, bias)
  }
}
