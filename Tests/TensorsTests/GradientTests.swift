import Tensors
import Testing

/// Every gradient against central differences: (f(x + h) − f(x − h)) / 2h.
@Suite struct GradientTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let inputs: [Tensor]
    let operation: @Sendable ([Tensor]) throws -> Tensor
    var testDescription: String { name }

    init(
      _ name: String, _ inputs: [Shape],
      _ operation: @escaping @Sendable ([Tensor]) throws -> Tensor
    ) {
      self.init(name, values: inputs.enumerated().map { pattern(20 + $0, $1) }, operation)
    }

    init(
      _ name: String, values: [Tensor],
      _ operation: @escaping @Sendable ([Tensor]) throws -> Tensor
    ) {
      (self.name, inputs, self.operation) = (name, values, operation)
    }
  }

  static let image: Shape = [2, 4, 5, 3]

  static let cases = [
    Case("relu", [image]) { try $0[0].relu() },
    Case("adding", [image, image]) { try $0[0].adding($0[1]) },
    Case("adding relu", [image, image]) { try $0[0].adding($0[1], relu: true) },
    Case("adding to itself", [image]) { try $0[0].adding($0[0]) },
    Case("+", [image, image]) { try $0[0] + $0[1] },
    Case("-", [image, image]) { try $0[0] - $0[1] },
    Case("*", [image, image]) { try $0[0] * $0[1] },
    Case("square", [image]) { try $0[0] * $0[0] },
    Case("scalars", [image]) { try (2 * $0[0] + 1 - 3) / 4 },
    Case("sum", [image]) { try $0[0].sum() },
    Case("mean", [image]) { try $0[0].mean() },
    Case("reshaped", [image]) { try $0[0].reshaped([4, 30]) },
    Case("flattened", [image]) { try $0[0].flattened() },
    Case("concatenated channels", [image, [2, 4, 5, 1]]) { try .concatenated($0) },
    Case("concatenated rows", [image, [2, 3, 5, 3], image]) { try .concatenated($0, axis: 1) },
    Case("rows", [image]) { try $0[0].rows([1, 0, 1, 1]) },
    Case("dense", [[3, 4], [2, 4], [2]]) { try $0[0].dense(weight: $0[1], bias: $0[2]) },
    Case("dense without bias", [[3, 4], [2, 4]]) { try $0[0].dense(weight: $0[1]) },
    Case("convolved", [image, [4, 3, 3, 3], [4]]) {
      try $0[0].convolved(with: $0[1], bias: $0[2], padding: 1)
    },
    Case("convolved stride", [image, [4, 3, 3, 3]]) {
      try $0[0].convolved(with: $0[1], stride: 2, padding: 1)
    },
    Case("convolved 16 channels", [[1, 4, 4, 16], [16, 16, 3, 3]]) {
      try $0[0].convolved(with: $0[1], padding: 1)
    },
    Case("convolved groups", [[2, 4, 4, 4], [4, 2, 2, 2], [4]]) {
      try $0[0].convolved(with: $0[1], bias: $0[2], groups: 2)
    },
    Case("convolved dilation", [[1, 6, 6, 2], [3, 2, 2, 3]]) {
      try $0[0].convolved(with: $0[1], padding: 1, dilation: 2)
    },
    Case("batchNormalized training", [image, [3], [3]]) {
      try normalized($0, training: true)
    },
    Case("batchNormalized training relu", [image, [3], [3]]) {
      try normalized($0, training: true, relu: true)
    },
    Case("batchNormalized evaluation", [image, [3], [3]]) {
      try normalized($0, training: false)
    },
    Case("batchNormalized evaluation relu", [image, [3], [3]]) {
      try normalized($0, training: false, relu: true)
    },
    Case("batchNormalized adding", [image, [3], [3], image]) {
      try normalized($0, training: true)
    },
    Case("batchNormalized adding relu", [image, [3], [3], image]) {
      try normalized($0, training: true, relu: true)
    },
    Case("batchNormalized adding itself", [image, [3], [3]]) {
      try normalized($0 + [$0[0]], training: true, relu: true)
    },
    Case("two uses of a pooled image", [image]) {
      try $0[0].globalAveragePooled().adding($0[0].relu().globalAveragePooled())
    },
    Case("batchNormalized wide", [[3, 1, 2, 150], [150], [150]]) {
      try normalized($0, training: true)
    },
    Case("averagePooled", [image]) { try $0[0].averagePooled(kernel: 2) },
    Case("averagePooled padding", [image]) {
      try $0[0].averagePooled(kernel: 3, stride: 1, padding: 1)
    },
    Case("maxPooled", [image]) { try $0[0].maxPooled(kernel: 2) },
    Case("maxPooled overlapping", [image]) {
      try $0[0].maxPooled(kernel: 3, stride: 2, padding: 1)
    },
    Case("globalAveragePooled", [image]) { try $0[0].globalAveragePooled() },
    Case("softmax", [[3, 5]]) { try $0[0].softmax() },
    Case("logSoftmax", [[3, 5]]) { try $0[0].logSoftmax() },
    Case("crossEntropy", [[3, 5]]) { try $0[0].crossEntropy(labels: [4, 0, 2]) },
    Case("crossEntropies", [[3, 5]]) { try $0[0].crossEntropies(labels: [4, 0, 2]) },
    Case("dropout", [image]) {
      var random = Random(seed: 5)
      return try $0[0].dropout(rate: 0.4, using: &random)
    },
    Case("stoppingGradient", [image]) { try $0[0] * $0[0].stoppingGradient() + $0[0] },
  ]

  /// The operations that are also compared with PyTorch.
  static let operationCases = Operation.all.map { operation in
    Case(operation.name, values: operation.inputs, operation.body)
  }

  static func normalized(
    _ inputs: [Tensor], training: Bool, relu: Bool = false
  ) throws -> Tensor {
    let channels = inputs[1].shape[0]
    let statistics = BatchStatistics(channels: channels)
    statistics.mean = .filled(0.1, shape: [channels])
    statistics.variance = .filled(0.3, shape: [channels])
    return try inputs[0].batchNormalized(
      scale: inputs[1], shift: inputs[2], statistics: statistics, training: training,
      adding: inputs.count > 3 ? inputs[3] : nil, relu: relu)
  }

  @Test(arguments: cases.filter { $0.name != "stoppingGradient" } + operationCases)
  func centralDifferences(_ c: Case) throws {
    let inputs = c.inputs
    let result = try gradients(inputs, of: c.operation)
    for k in inputs.indices {
      let gradient = try #require(result.gradients[k], "\(c.name): input \(k) has no gradient")
      #expect(gradient.shape == inputs[k].shape)
      try check(c, inputs, k, gradient)
    }
  }

  @Test func stoppedPathCarriesNothing() throws {
    let x = pattern(20, [2, 3])
    let result = try gradients([x]) { try $0[0] * $0[0].stoppingGradient() + $0[0] }
    let expected = try (x + 1) * pattern(99, [2, 3])
    #expect(result.gradients[0] == expected)
  }

  /// At most 24 scalars of each input: enough to see every position of a kernel.
  private func check(_ c: Case, _ inputs: [Tensor], _ k: Int, _ gradient: Tensor) throws {
    let h: Float = 0x1p-8
    for i in stride(from: 0, to: inputs[k].count, by: max(1, inputs[k].count / 24)) {
      let difference = try value(c, inputs, k, i, h) - value(c, inputs, k, i, -h)
      let slope = difference / Double(2 * h)
      let got = Double(gradient.scalars[i])
      #expect(
        abs(got - slope) <= 2e-3 + 4e-3 * abs(slope),
        "\(c.name), input \(k), scalar \(i): gradient \(got), difference quotient \(slope)")
    }
  }

  private func value(
    _ c: Case, _ inputs: [Tensor], _ k: Int, _ i: Int, _ step: Float
  ) throws -> Double {
    var moved = inputs
    moved[k].withUnsafeMutableBuffer { $0[i] += step }
    let output = try c.operation(moved)
    return zip(output.scalars, pattern(99, output.shape).scalars)
      .reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
}
