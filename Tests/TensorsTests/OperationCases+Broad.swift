import Tensors

/// Every kind of convolution, what does the work of several operations at once, and the rest that
/// PyTorch has a name for.
extension Operation {
  /// A convolution with a bias: its input, its weight, and how it is called.
  private static func convolution(
    _ name: String, _ input: Shape, _ weight: Shape,
    _ body: @escaping @Sendable (Tensor, Tensor, Tensor) throws -> Tensor
  ) -> Operation {
    Operation(name, pattern(80, input), pattern(81, weight), pattern(82, [weight[0]])) {
      try body($0[0], $0[1], $0[2])
    }
  }

  static let convolutions = [
    convolution("conv rectangle", [2, 5, 6, 3], [4, 3, 2, 3]) {
      try $0.convolved(with: $1, bias: $2, padding: 1)
    },
    convolution("conv all at once", [1, 9, 8, 4], [6, 2, 3, 3]) {
      try $0.convolved(with: $1, bias: $2, stride: 2, padding: 2, dilation: 2, groups: 2)
    },
    convolution("conv depthwise stride", [1, 5, 4, 16], [16, 1, 3, 3]) {
      try $0.convolved(with: $1, bias: $2, stride: 2, padding: 1, groups: 16)
    },
    convolution("conv two a channel", [1, 5, 5, 3], [6, 1, 3, 3]) {
      try $0.convolved(with: $1, bias: $2, padding: 1, groups: 3)
    },
    convolution("conv stem", [1, 8, 9, 3], [2, 3, 7, 7]) {
      try $0.convolved(with: $1, bias: $2, stride: 2, padding: 3)
    },
    convolution("conv 1x1 groups", [2, 4, 4, 6], [4, 3, 1, 1]) {
      try $0.convolved(with: $1, bias: $2, groups: 2)
    },
  ]

  private static func transposed(
    _ name: String, _ input: Shape, _ weight: Shape, _ outputs: Int,
    _ body: @escaping @Sendable (Tensor, Tensor, Tensor) throws -> Tensor
  ) -> Operation {
    Operation(name, pattern(83, input), pattern(84, weight), pattern(85, [outputs])) {
      try body($0[0], $0[1], $0[2])
    }
  }

  static let transposedConvolutions = [
    transposed("transposed conv", [2, 3, 4, 3], [3, 4, 3, 3], 4) {
      try $0.transposedConvolved(with: $1, bias: $2)
    },
    transposed("transposed conv stride", [2, 3, 4, 3], [3, 4, 3, 3], 4) {
      try $0.transposedConvolved(with: $1, bias: $2, stride: 2, padding: 1, outputPadding: 1)
    },
    transposed("transposed conv groups", [2, 3, 4, 4], [4, 3, 2, 3], 6) {
      try $0.transposedConvolved(
        with: $1, bias: $2, stride: 3, padding: 1, outputPadding: 2, dilation: 2, groups: 2)
    },
    transposed("transposed conv depthwise", [1, 4, 4, 5], [5, 1, 3, 3], 5) {
      try $0.transposedConvolved(with: $1, bias: $2, stride: 2, groups: 5)
    },
    transposed("transposed conv 1x1", [2, 3, 2, 4], [4, 3, 1, 1], 6) {
      try $0.transposedConvolved(with: $1, bias: $2, stride: 2, outputPadding: 1, groups: 2)
    },
  ]

  static let fusions = [
    Operation(
      "norm adding relu", pattern(122, [3, 2, 2, 5]), pattern(123, [5]), pattern(124, [5]),
      pattern(125, [3, 2, 2, 5])
    ) {
      try $0[0].batchNormalized(
        scale: $0[1], shift: $0[2], statistics: BatchStatistics(channels: 5), training: true,
        adding: $0[3], relu: true)
    },
    Operation("dense gelu", pattern(64, [2, 3, 7]), pattern(65, [4, 7]), pattern(66, [4])) {
      try $0[0].dense(weight: $0[1], bias: $0[2], activation: .gelu)
    },
    Operation(
      "dense adding", pattern(64, [2, 3, 7]), pattern(65, [4, 7]), pattern(66, [4]),
      pattern(67, [2, 3, 4])
    ) { try $0[0].dense(weight: $0[1], bias: $0[2], adding: $0[3]) },
    Operation(
      "two layers", pattern(64, [2, 3, 6]), pattern(65, [9, 6]), pattern(66, [9]),
      pattern(67, [6, 9]), pattern(68, [6])
    ) { try $0[0].twoLayers(($0[1], $0[2]), .gelu, ($0[3], $0[4]), adding: $0[0]) },
    Operation("attention with scores", packed) {
      try $0[0].selfAttention(heads: 2, mask: pattern(90, [2, 5, 5]))
    },
    Operation(
      "attention apart causal", pattern(39, [2, 5, 8]), pattern(40, [2, 5, 8]),
      pattern(41, [2, 5, 8])
    ) { try .attention(queries: $0[0], keys: $0[1], values: $0[2], heads: 2, isCausal: true) },
  ]

  static let moreArrangements = [
    Operation("relu", wide) { try $0[0].relu() },
    Operation("gathered rows", pattern(47, [4, 3])) { try $0[0].rows([3, 0, 3, 3]) },
    Operation("selected", pattern(45, [2, 4, 3])) { try $0[0].selected(2, axis: 1) },
    Operation(
      "concatenated", pattern(45, [2, 4, 3]), pattern(91, [2, 1, 3]), pattern(92, [2, 2, 3])
    ) {
      try .concatenated($0, axis: 1)
    },
    Operation("unfolded", image) { try $0[0].unfolded(kernel: 3, stride: 2, padding: 1) },
    Operation("summed", pattern(50, [3, 4])) { try $0[0].sum() },
    Operation("averaged", pattern(50, [3, 4])) { try $0[0].mean() },
    Operation("global average", image) { try $0[0].globalAveragePooled() },
  ]

  static let moreLosses = [
    Operation("hard weighted", logits, scaled(55, [4], by: 1, plus: 1.5)) {
      try $0[0].crossEntropy(labels: labels, smoothing: 0, weights: $0[1])
    },
    Operation("divergence losses", logits) { try $0[0].divergences(from: targets()).mean() },
    Operation("binary each", logits) { try $0[0].binaryCrossEntropies(targets: targets()) },
    Operation("cross entropies each", logits) { try $0[0].crossEntropies(targets: targets()) },
    Operation("squared repeated", logits, pattern(57, [1, 5])) {
      try .meanSquaredError($0[0], $0[1])
    },
  ]

  /// Their gradients are not those of their values, so differences do not check them.
  static let gradientsAlone = [
    Operation("stopped", pattern(45, [2, 4])) { try $0[0] * $0[0].stoppingGradient() + $0[0] },
    Operation("scaled gradient", pattern(45, [2, 4])) { try $0[0].scalingGradient(by: 0.25) },
  ]
}
