import Foundation
import Networks
import Tensors
import Testing

/// The same network in PyTorch (double precision), with the same parameters and images.
@Suite struct PyTorchTests {
  static let network = Network(input: [6, 6, 2], classes: 3) {
    Conv(4, kernel: 3)
    BatchNorm()
    ReLU()
    Residual(6, stride: 2)
    Exit()
    Conv(6, kernel: 3, groups: 3)
    MaxPool(3, stride: 2, padding: 1)
    Bottleneck(4, expansion: 2, shortcut: .padding)
    Exit()
  }

  static let training: [[Float]] = [
    [
      -0.279313, -0.35706, 0.313613, -0.347226, -0.37203, 0.396205, -0.523728, -0.375285, 0.575898,
      -0.403286, -0.425818, 0.505005,
    ],
    [
      0.373559, 0.354924, 0.170542, 0.581023, 0.567436, 0.292711, 0.945856, 0.590696, -0.0360427,
      1.04145, 0.736883, 0.0951134,
    ],
  ]

  static let evaluation: [[Float]] = [
    [
      -1.12553, -0.509139, 1.30895, -1.04497, -0.674244, 1.39028, -1.58119, -1.01507, 2.26068,
      -1.14114, -0.79125, 1.60118,
    ],
    [
      1.7146, 1.05689, -0.081663, 2.08896, 1.29353, -0.0889632, 4.63349, 2.72725, -0.409596,
      5.02459, 2.76907, -0.735828,
    ],
  ]

  /// Σᵢ gᵢ sin(0.7 i) over the gradient of each parameter.
  static let gradients: [String: Float] = [
    "layers.0.weight": -1.27185e-06,
    "layers.1.weight": -0.0622184,
    "layers.1.bias": -0.0602938,
    "layers.3.conv1.weight": -0.02851,
    "layers.3.bn1.weight": -0.00326528,
    "layers.3.bn1.bias": 0.023421,
    "layers.3.conv2.weight": -0.0683068,
    "layers.3.bn2.weight": 0.122824,
    "layers.3.bn2.bias": 0.217208,
    "layers.3.downsample.0.weight": 0.246426,
    "layers.3.downsample.1.weight": 0.100728,
    "layers.3.downsample.1.bias": 0.217208,
    "layers.4.weight": 0.431356,
    "layers.4.bias": 0.0316457,
    "layers.6.conv1.weight": -0.0408147,
    "layers.6.bn1.weight": 0.0100278,
    "layers.6.bn1.bias": 0.0330549,
    "layers.6.conv2.weight": 0.0735688,
    "layers.6.bn2.weight": 0.19312,
    "layers.6.bn2.bias": -0.141189,
    "layers.6.conv3.weight": -2.90736,
    "layers.6.bn3.weight": 0.130618,
    "layers.6.bn3.bias": 0.0728707,
    "exits.0.1.weight": -0.108657,
    "exits.0.1.bias": 0.108209,
    "exits.1.1.weight": 0.469299,
    "exits.1.1.bias": -0.114811,
  ]

  /// A model whose k-th parameter is 0.3 sin(0.7 i + k), plus 1 where it scales.
  static func model() throws -> Model {
    let model = try Model(network, seed: 0)
    for (k, parameter) in model.parameters.enumerated() {
      let shape = parameter.value.shape
      let base: Float = shape.rank == 1 && parameter.name.hasSuffix("weight") ? 1 : 0
      let values = (0..<shape.count).map { base + 0.3 * Float(sin(0.7 * Double($0) + Double(k))) }
      parameter.value = try Tensor(values, shape: shape)
    }
    return model
  }

  static func close(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= 2e-5 * max(1, abs($1)) }
  }

  @Test func agrees() throws {
    let model = try Self.model()
    let images = try Tensor((0..<288).map { Float(cos(0.37 * Double($0))) }, shape: [4, 6, 6, 2])
    let tape = Tape()
    var random = Random(seed: 0)
    let logits = try model.logits(images, training: .everything, tape: tape, random: &random)
    let first = try #require(logits[0])
    let last = try #require(logits[1])
    #expect(Self.close(first.scalars, Self.training[0]))
    #expect(Self.close(last.scalars, Self.training[1]))
    let labels: [Int32] = [0, 1, 2, 1]
    let loss = try first.crossEntropy(labels: labels) + last.crossEntropy(labels: labels)
    #expect(abs(try loss.scalar() - 2.40675) < 1e-5)
    let gradients = try tape.gradients(of: loss)
    for parameter in model.parameters {
      let values = try #require(gradients[parameter]).scalars.enumerated()
      let sum = values.reduce(0) { $0 + $1.element * Float(sin(0.7 * Double($1.offset))) }
      let expected = try #require(Self.gradients[parameter.name])
      #expect(abs(sum - expected) < 2e-5 * max(1, abs(expected)), "\(parameter.name)")
    }
    let evaluated = try model.logits(images)
    #expect(Self.close(evaluated[0].scalars, Self.evaluation[0]))
    #expect(Self.close(evaluated[1].scalars, Self.evaluation[1]))
  }
}
