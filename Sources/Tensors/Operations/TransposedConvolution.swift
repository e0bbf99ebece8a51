internal import COneDNN

extension Tensor {
  /// The output shape and the multiply-adds per image of a transposed convolution, without running it.
  ///
  /// (H − 1) · stride − 2 · padding + dilation · (kernel − 1) + outputPadding + 1 rows, columns alike.
  public static func transposedConvolution(
    _ input: Shape, weight: Shape, stride: Int = 1, padding: Int = 0, outputPadding: Int = 0,
    dilation: Int = 1, groups: Int = 1
  ) throws(TensorError) -> (output: Shape, multiplyAdds: Int) {
    let sizes = try TransposedConvolutionShape(
      input, weight, stride: stride, padding: padding, outputPadding: outputPadding,
      dilation: dilation, groups: groups)
    // Every input position is multiplied with the whole kernel.
    return (sizes.output, sizes.whole.multiplyAdds)
  }

  /// Transposed convolution, also called convolution with fractional strides: N×H×W×I to a larger
  /// N×H'×W'×O, each position spread over the output by the kernel.
  ///
  /// It is the way back of a convolution from the output's shape to the input's; so its own way back
  /// is that convolution. Zeiler et al., *Deconvolutional networks*, CVPR 2010; Dumoulin & Visin,
  /// arXiv 1603.07285, chapter 4.
  ///
  /// - Parameters:
  ///   - weight: in × out/groups × height × width, as PyTorch has it.
  ///   - bias: one per output channel.
  ///   - stride: the positions between neighbours of the input in the output.
  ///   - padding: what is cut off around the output, on every side.
  ///   - outputPadding: what is added below and right of it; less than the stride.
  public func transposedConvolved(
    with weight: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Int = 0,
    outputPadding: Int = 0, dilation: Int = 1, groups: Int = 1
  ) throws(TensorError) -> Tensor {
    let sizes = try TransposedConvolutionShape(
      shape, weight.shape, stride: stride, padding: padding, outputPadding: outputPadding,
      dilation: dilation, groups: groups)
    guard bias.map({ $0.shape == [sizes.output[3]] }) ?? true else {
      throw TensorError(
        "transposedConvolved: the bias is \(bias?.shape ?? []), expected \(sizes.output[3]) to fit "
          + "the weight \(weight.shape).")
    }
    let spread =
      sizes.whole.needsPickedPixels
      ? try sizes.spreadPixels(self, weight) : try sizes.run(self, weight)
    return try bias.map { bias throws(TensorError) in try spread + bias } ?? spread
  }
}

/// The sizes of a transposed convolution, checked.
private struct TransposedConvolutionShape {
  let output: Shape
  /// The convolution whose way back it is: from the output's shape to the input's.
  let whole: ConvolutionShape

  init(
    _ input: Shape, _ weight: Shape, stride: Int, padding: Int, outputPadding: Int, dilation: Int,
    groups: Int
  ) throws(TensorError) {
    guard input.rank == 4, weight.rank == 4, input.checkedCount != nil, weight.checkedCount != nil
    else {
      throw TensorError(
        "transposedConvolved: the input is \(input) and the weight \(weight); expected N×H×W×C and "
          + "in×out×height×width that fit in memory.")
    }
    let small = 1..<(1 << 15)
    guard small.contains(stride), small.contains(dilation), small.contains(groups),
      small.contains(weight[2]), small.contains(weight[3]), 0..<(1 << 15) ~= padding,
      0..<stride ~= outputPadding
    else {
      throw TensorError(
        "transposedConvolved: got kernel \(weight[2])×\(weight[3]), stride \(stride), padding "
          + "\(padding), outputPadding \(outputPadding), dilation \(dilation), groups \(groups); "
          + "expected positive sizes, padding ≥ 0, and an outputPadding from 0 to below the stride."
      )
    }
    guard weight[0] == input[3], weight[0] > 0, weight[1] > 0, weight[0] % groups == 0 else {
      throw TensorError(
        "transposedConvolved: the input is \(input), the weight \(weight), groups \(groups); expected "
          + "a weight of \(input[3])×(out/groups)×height×width with \(input[3]) divisible by groups."
      )
    }
    let sides = [1, 2].map { axis in
      (input[axis] - 1) * stride - 2 * padding + dilation * (weight[axis + 1] - 1) + outputPadding
        + 1
    }
    let output: Shape = [input[0], sides[0], sides[1], weight[1] * groups]
    guard input[1] > 0, input[2] > 0, sides[0] > 0, sides[1] > 0, output.checkedCount != nil else {
      throw TensorError(
        "transposedConvolved: the input \(input) with the weight \(weight), stride \(stride) and "
          + "padding \(padding) gives \(output); expected sizes of 1 or more that fit in memory.")
    }
    self.output = output
    whole = try ConvolutionShape(
      input: output, weight: weight, bias: nil, stride: stride, padding: padding,
      dilation: dilation, groups: groups, isBFloat16: Arithmetic.current == .bfloat16)
  }

  func run(_ input: Tensor, _ weight: Tensor) throws(TensorError) -> Tensor {
    let arithmetic = Arithmetic.current
    let (inputSlot, weightSlot, kernel) = (input.slot, weight.slot, weight.detached)
    let (factor, kept) = arithmetic.factor(input, keeping: weightSlot != nil)
    let result = try spread(factor, arithmetic.unpackedWeight(weight))
    let (own, shape) = (self, input.shape)
    return try result.recorded(
      from: input, weight,
      forward: { t in
        try .sum(
          t[0].map { try own.run($0, kernel) }, t[1].map { try own.run(input.detached, $0) })
      }
    ) { g, table throws(TensorError) in
      let gradient = arithmetic.factor(consuming: g)
      if let input = kept?.restored() {
        table.add(try own.weightGradient(input, gradient), to: weightSlot)
      }
      guard inputSlot != nil else { return }
      let change = try Tensor.output(shape, of: "transposedConvolved, backward")
      if change.count > 0 {
        try own.whole.forward(
          gradient, arithmetic.unpackedWeight(kernel), nil, into: change, batches: [shape[0]])
      }
      table.add(change, to: inputSlot)
    }
  }

  private func spread(_ input: Factor, _ weight: Storage) throws(TensorError) -> Tensor {
    let result = try Tensor.output(output, of: "transposedConvolved")
    guard result.count > 0 else { return result }
    try ConvolutionCache.withCompiled(whole, .backwardData) { back throws(TensorError) in
      try back.run(
        source: result.pointer, weights: back.packed(weight), bias: nil,
        target: input.pointer)
    }
    return result
  }

  private func weightGradient(
    _ input: Factor, _ gradient: Factor
  ) throws(TensorError) -> Tensor {
    guard output[0] > 0 else { return .zeros(whole.weight) }
    return try whole.weightGradients(input: gradient, gradient: input).weight
  }

  /// Windows of one pixel: a product for every pixel, and the pixels put apart.
  func spreadPixels(_ input: Tensor, _ weight: Tensor) throws(TensorError) -> Tensor {
    let (step, groups) = (whole.stride, whole.groups)
    let (inputs, outputs) = (weight.shape[0] / groups, weight.shape[1])
    let turned = try weight.reshaped([groups, inputs, outputs]).permuted([0, 2, 1])
      .reshaped([groups * outputs, inputs, 1, 1])
    let pixels = try input.convolved(with: turned, groups: groups)
    let (height, width) = (input.shape[1], input.shape[2])
    return
      try pixels
      .reshaped([input.shape[0], height, 1, width, 1, output[3]])
      .padded(after: step - 1, axis: 2).padded(after: step - 1, axis: 4)
      .reshaped([input.shape[0], height * step, width * step, output[3]])
      .slice(0..<output[1], axis: 1).slice(0..<output[2], axis: 2)
  }
}
