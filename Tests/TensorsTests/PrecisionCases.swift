import Tensors

/// Products in every form, each with the name of what PyTorch's autocast gives for it.
enum PrecisionCases {
  static let all = [
    Operation("bf16 conv", pattern(61, [2, 5, 6, 3]), pattern(62, [4, 3, 3, 3]), pattern(63, [4])) {
      try $0[0].convolved(with: $0[1], bias: $0[2], padding: 1)
    },
    Operation(
      "bf16 conv strided", pattern(61, [2, 6, 6, 4]), pattern(62, [6, 2, 3, 3]), pattern(63, [6])
    ) { try $0[0].convolved(with: $0[1], bias: $0[2], stride: 2, padding: 1, groups: 2) },
    Operation("bf16 transposed conv", pattern(61, [2, 3, 4, 4]), pattern(62, [4, 3, 3, 3])) {
      try $0[0].transposedConvolved(with: $0[1], stride: 2, padding: 1)
    },
    Operation("bf16 dense", pattern(64, [5, 7]), pattern(65, [4, 7]), pattern(66, [4])) {
      try $0[0].dense(weight: $0[1], bias: $0[2])
    },
    Operation("bf16 dense gelu", pattern(64, [2, 3, 7]), pattern(65, [4, 7]), pattern(66, [4])) {
      try $0[0].dense(weight: $0[1], bias: $0[2], activation: .gelu)
    },
    Operation(
      "bf16 two layers", pattern(64, [2, 3, 6]), pattern(65, [9, 6]), pattern(66, [9]),
      pattern(67, [6, 9]), pattern(68, [6])
    ) { try $0[0].twoLayers(($0[1], $0[2]), .gelu, ($0[3], $0[4]), adding: $0[0]) },
    Operation("bf16 product", pattern(69, [2, 3, 5]), pattern(70, [2, 5, 4])) {
      try $0[0].matrixProduct($0[1])
    },
    Operation("bf16 product NT", pattern(69, [2, 3, 5]), pattern(70, [2, 4, 5])) {
      try $0[0].matrixProduct($0[1], transposed: (false, true))
    },
    Operation("bf16 attention", pattern(71, [2, 6, 24])) { try $0[0].selfAttention(heads: 2) },
    Operation(
      "bf16 network", pattern(72, [4, 6, 6, 3]), pattern(73, [8, 3, 3, 3]),
      Operation.scaled(74, [8], by: 1, plus: 1.5), pattern(75, [8]), pattern(76, [3, 8]),
      pattern(77, [3])
    ) {
      let statistics = BatchStatistics(channels: 8)
      let features = try $0[0].convolved(with: $0[1], padding: 1)
        .batchNormalized(scale: $0[2], shift: $0[3], statistics: statistics, training: true)
        .relu().globalAveragePooled()
      return try features.dense(weight: $0[4], bias: $0[5]).crossEntropies(labels: [0, 2, 1, 2])
    },
  ]
}
