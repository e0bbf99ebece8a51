import Tensors
import Testing

/// Values and gradients against PyTorch's, stored by Tests/fixtures/tensors.py.
@Suite struct PyTorchTests {
  struct Convolution: Sendable, CustomTestStringConvertible {
    let name: String
    let input: Shape, weight: Shape
    var stride = 1, padding = 0, dilation = 1, groups = 1
    var bias = false
    var testDescription: String { name }
  }

  static let convolutions = [
    Convolution(
      name: "conv", input: [2, 5, 5, 3], weight: [4, 3, 3, 3], padding: 1, bias: true),
    Convolution(
      name: "conv stride", input: [2, 6, 6, 4], weight: [6, 4, 3, 3], stride: 2, padding: 1),
    Convolution(
      name: "conv groups", input: [2, 5, 5, 4], weight: [6, 2, 3, 3], groups: 2, bias: true),
    Convolution(
      name: "conv depthwise", input: [2, 5, 5, 4], weight: [4, 1, 3, 3], padding: 1, groups: 4),
    Convolution(
      name: "conv dilation", input: [2, 7, 7, 2], weight: [3, 2, 3, 3], padding: 2, dilation: 2,
      bias: true),
    Convolution(name: "conv 1x1", input: [2, 4, 4, 5], weight: [3, 5, 1, 1], stride: 2),
  ]

  @Test(arguments: convolutions) func convolution(_ c: Convolution) throws {
    var inputs = [pattern(1, c.input), pattern(2, c.weight)]
    if c.bias { inputs.append(pattern(3, [c.weight[0]])) }
    let result = try gradients(inputs) {
      try $0[0].convolved(
        with: $0[1], bias: c.bias ? $0[2] : nil, stride: c.stride, padding: c.padding,
        dilation: c.dilation, groups: c.groups)
    }
    try expect(result.output, matches: c.name)
    try expect(result.gradients[0], matches: c.name + ".x")
    try expect(result.gradients[1], matches: c.name + ".weight")
    if c.bias { try expect(result.gradients[2], matches: c.name + ".bias") }
  }

  @Test(arguments: [
    ("norm train", true, false), ("norm train relu", true, true), ("norm eval relu", false, true),
  ])
  func batchNormalization(_ name: String, _ training: Bool, _ relu: Bool) throws {
    let statistics = BatchStatistics(channels: 5)
    statistics.mean = .filled(0.25, shape: [5])
    statistics.variance = .filled(0.5, shape: [5])
    let result = try gradients([pattern(4, [3, 3, 3, 5]), pattern(5, [5]), pattern(6, [5])]) {
      try $0[0].batchNormalized(
        scale: $0[1], shift: $0[2], statistics: statistics, training: training, relu: relu)
    }
    try expect(result.output, matches: name)
    for (gradient, label) in zip(result.gradients, ["x", "scale", "shift"]) {
      try expect(gradient, matches: "\(name).\(label)")
    }
    try expect(statistics.mean, matches: name + ".mean")
    try expect(statistics.variance, matches: name + ".variance")
  }

  typealias Operation = @Sendable (Tensor) throws -> Tensor

  static let poolings: [(String, Operation)] = [
    ("average", { try $0.averagePooled(kernel: 3, stride: 2, padding: 1) }),
    ("max", { try $0.maxPooled(kernel: 3, stride: 2, padding: 1) }),
    ("max plain", { try $0.maxPooled(kernel: 2) }),
    ("global", { try $0.globalAveragePooled() }),
  ]

  @Test(arguments: poolings) func pooling(_ name: String, _ operation: Operation) throws {
    let result = try gradients([pattern(7, [2, 5, 6, 3])]) { try operation($0[0]) }
    try expect(result.output, matches: name)
    try expect(result.gradients[0], matches: name + ".x")
  }

  @Test func dense() throws {
    let result = try gradients([pattern(8, [4, 6]), pattern(9, [3, 6]), pattern(10, [3])]) {
      try $0[0].dense(weight: $0[1], bias: $0[2])
    }
    try expect(result.output, matches: "dense")
    for (gradient, label) in zip(result.gradients, ["x", "weight", "bias"]) {
      try expect(gradient, matches: "dense.\(label)")
    }
  }

  static let classifiers: [(String, Operation)] = [
    ("softmax", { try $0.softmax() }),
    ("log softmax", { try $0.logSoftmax() }),
    ("cross entropies", { try $0.crossEntropies(labels: [0, 2, 4, 1]) }),
    ("cross entropy", { try $0.crossEntropy(labels: [0, 2, 4, 1]) }),
  ]

  @Test(arguments: classifiers) func classifier(_ name: String, _ operation: Operation) throws {
    let logits = try pattern(11, [4, 5]) * 8
    let result = try gradients([logits]) { try operation($0[0]) }
    try expect(result.output, matches: name)
    try expect(result.gradients[0], matches: name + ".x")
  }

  @Test(arguments: [
    ("sgd", Float(0), false, Float(0.01)), ("momentum", 0.9, false, 0.01),
    ("nesterov", 0.9, true, 0),
  ])
  func descent(_ name: String, _ momentum: Float, _ nesterov: Bool, _ decay: Float) throws {
    let w = Parameter(pattern(12, [7]), name: "w")
    var velocity: Tensor?
    for step in 0..<4 {
      try w.applySGD(
        gradient: pattern(13 + step, [7]), learningRate: 0.1, momentum: momentum,
        weightDecay: decay, velocity: &velocity, nesterov: nesterov)
    }
    try expect(w.value, matches: name, tolerance: 1e-6)
  }

  @Test(arguments: [("adam", Float(0.01), false), ("adamw", 0.1, true)])
  func adaptive(_ name: String, _ decay: Float, _ decoupled: Bool) throws {
    let w = Parameter(pattern(12, [7]), name: "w")
    var (first, second) = (Tensor.zeros([7]), Tensor.zeros([7]))
    for step in 0..<4 {
      try w.applyAdam(
        gradient: pattern(13 + step, [7]), step: step + 1, learningRate: 0.05, weightDecay: decay,
        decoupled: decoupled, first: &first, second: &second)
    }
    try expect(w.value, matches: name, tolerance: 2e-6)
  }
}
