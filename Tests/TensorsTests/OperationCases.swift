import Tensors

/// The operations of transformers, arithmetic between shapes, and losses: for each a name, which is
/// that of its stored numbers, its inputs, and how it is called.
struct Operation: Sendable {
  let name: String
  let inputs: [Tensor]
  let body: @Sendable ([Tensor]) throws -> Tensor

  init(
    _ name: String, _ inputs: Tensor..., body: @escaping @Sendable ([Tensor]) throws -> Tensor
  ) {
    (self.name, self.inputs, self.body) = (name, inputs, body)
  }
}

extension Operation {
  static let all =
    activations + normalizations + attentions + products + arrangements + arithmetic + images
    + losses + convolutions + transposedConvolutions + fusions + moreArrangements + moreLosses

  static let wide = scaled(31, [5, 8], by: 8)

  static func scaled(_ seed: Int, _ shape: Shape, by factor: Float, plus offset: Float = 0)
    -> Tensor
  {
    let values = pattern(seed, shape).scalars
    return Tensor(shape: shape) { buffer in
      for i in buffer.indices { buffer[i] = values[i] * factor + offset }
    }
  }

  static let activations: [Operation] =
    Activation.allCases.filter { $0 != .relu }.map { activation in
      Operation(activation.rawValue, wide) { try $0[0].activated(by: activation) }
    } + [
      Operation("exponential", wide) { try $0[0].exponential() },
      Operation("logarithm", wide) { try ($0[0] + 9).logarithm() },
      Operation("squareRoot", wide) { try ($0[0] + 9).squareRoot() },
      Operation("magnitude", wide) { try $0[0].magnitude() },
    ]

  static let normalizations = [
    Operation("layer norm", pattern(32, [2, 3, 7]), pattern(33, [7]), pattern(34, [7])) {
      try $0[0].layerNormalized(scale: $0[1], shift: $0[2])
    },
    Operation("group norm", pattern(35, [2, 3, 3, 6]), pattern(36, [6]), pattern(37, [6])) {
      try $0[0].groupNormalized(groups: 3, scale: $0[1], shift: $0[2])
    },
  ]

  static let packed = pattern(38, [2, 5, 24])

  static let hidden: Tensor = {
    var mask = Tensor.zeros([2, 1, 5])
    mask.withUnsafeMutableBuffer { for i in [3, 4, 5] { $0[i] = -.infinity } }
    return mask
  }()

  static let attentions = [
    Operation("attention", packed) { try $0[0].selfAttention(heads: 2) },
    Operation("attention causal", packed) { try $0[0].selfAttention(heads: 2, isCausal: true) },
    Operation("attention hidden", packed) { try $0[0].selfAttention(heads: 2, mask: hidden) },
    Operation(
      "attention apart", pattern(39, [2, 3, 8]), pattern(40, [2, 5, 8]), pattern(41, [2, 5, 8])
    ) { try .attention(queries: $0[0], keys: $0[1], values: $0[2], heads: 2) },
  ]

  static let products = [
    Operation("matrix product", pattern(42, [3, 4]), pattern(43, [4, 5])) {
      try $0[0].matrixProduct($0[1])
    },
    Operation("matrix products", pattern(42, [2, 3, 4]), pattern(43, [2, 4, 5])) {
      try $0[0].matrixProduct($0[1])
    },
    Operation("matrix product NT", pattern(42, [2, 3, 4]), pattern(43, [2, 5, 4])) {
      try $0[0].matrixProduct($0[1], transposed: (false, true))
    },
    Operation("matrix product TN", pattern(42, [2, 4, 3]), pattern(43, [2, 4, 5])) {
      try $0[0].matrixProduct($0[1], transposed: (true, false))
    },
    Operation("matrix product TT", pattern(42, [2, 4, 3]), pattern(43, [2, 5, 4])) {
      try $0[0].matrixProduct($0[1], transposed: (true, true))
    },
    Operation("matrix product shared", pattern(42, [2, 3, 4]), pattern(43, [4, 5])) {
      try $0[0].matrixProduct($0[1])
    },
    Operation("matrix product shared first", pattern(42, [3, 4]), pattern(43, [2, 4, 5])) {
      try $0[0].matrixProduct($0[1])
    },
  ]

  static let arrangements = [
    Operation("embedding", pattern(44, [6, 3])) {
      try Tensor(tokens: [[1, 4, 1], [0, 1, 2]]).embedded(in: $0[0])
    },
    Operation("slice", pattern(45, [2, 4, 3])) { try $0[0].slice(1..<3, axis: 1) },
    Operation("pad", pattern(45, [2, 4, 3])) {
      try $0[0].padded(before: 2, after: 1, axis: -2, value: 0.5)
    },
    Operation("permute", pattern(46, [2, 3, 4, 2])) { try $0[0].permuted([2, 0, 3, 1]) },
    Operation("transpose", pattern(46, [2, 3, 4])) { try $0[0].transposed() },
    Operation("masked rows", pattern(47, [4, 3])) {
      try $0[0].rows(where: [true, false, true, true])
    },
    Operation("picked", pattern(47, [3, 4])) { try $0[0].picked(columns: [2, 0, 2]) },
  ]
}

extension Operation {
  static let pair = (pattern(48, [2, 3, 1, 4]), pattern(49, [3, 5, 1]))
  static let block = pattern(50, [3, 4, 5, 2])

  static let arithmetic = [
    Operation("broadcast add", pair.0, pair.1) { try $0[0] + $0[1] },
    Operation("broadcast subtract", pair.0, pair.1) { try $0[0] - $0[1] },
    Operation("broadcast multiply", pair.0, pair.1) { try $0[0] * $0[1] },
    Operation("broadcast divide", pair.0, pair.1) { try $0[0] / ($0[1] + 2) },
    Operation("broadcast larger", pair.0, pair.1) { try .larger($0[0], $0[1]) },
    Operation("broadcast smaller", pair.0, pair.1) { try .smaller($0[0], $0[1]) },
    Operation("sum over", block) { try $0[0].sum(over: [0, -2]) },
    Operation("mean over", block) { try $0[0].mean(over: [1, 2]) },
    Operation("largest over", block) { try $0[0].largest(over: [3, 1]) },
    Operation("variance over", block) { try $0[0].variance(over: [0, 3], correction: 1) },
  ]

  static let image = pattern(51, [2, 5, 7, 3])

  static let images =
    [
      Operation("adaptive average", image) {
        try $0[0].adaptivelyAveragePooled(height: 2, width: 3)
      },
      Operation("adaptive max", image) { try $0[0].adaptivelyMaxPooled(height: 3, width: 2) },
      Operation("mixed pool", image, pattern(52, [1])) {
        try $0[0].mixedPooled(weight: $0[1], kernel: 2)
      },
    ]
    + [("False", false), ("True", true)].flatMap { (name, aligning) in
      [
        Operation("larger image \(name)", image) {
          try $0[0].resized(height: 9, width: 10, aligningCorners: aligning)
        },
        Operation("smaller image \(name)", image) {
          try $0[0].resized(height: 3, width: 4, aligningCorners: aligning)
        },
      ]
    }

  static let logits = scaled(53, [4, 5], by: 8)
  static let labels: [Int32] = [0, 2, 4, 1]
  static func targets() throws -> Tensor { try scaled(54, [4, 5], by: 2).softmax() }

  static let losses = [
    Operation("soft cross entropy", logits) { try $0[0].crossEntropy(targets: targets()) },
    Operation("smoothed", logits) { try $0[0].crossEntropy(labels: labels, smoothing: 0.1) },
    Operation("weighted", logits, scaled(55, [4], by: 1, plus: 1.5)) {
      try $0[0].crossEntropy(labels: labels, smoothing: 0.1, weights: $0[1])
    },
    Operation("divergences", logits) { try $0[0].divergences(from: targets()) },
    Operation("binary", scaled(53, [4, 5], by: 32)) {
      try $0[0].binaryCrossEntropy(targets: targets())
    },
    Operation("probabilities", scaled(56, [4, 5], by: 0.3, plus: 0.5)) {
      try $0[0].probabilityCrossEntropy(targets: targets())
    },
    Operation("squared", logits, pattern(57, [4, 5])) { try .meanSquaredError($0[0], $0[1]) },
    Operation("cosine", logits, pattern(57, [4, 5])) { try .cosineSimilarities($0[0], $0[1]) },
  ]
}
