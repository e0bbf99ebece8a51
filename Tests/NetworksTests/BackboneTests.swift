import Foundation
import Networks
import Tensors
import Testing

/// The backbones against the same networks in PyTorch (double precision), stored by
/// Tests/fixtures/networks.py.
@Suite struct BackboneTests {
  /// The stored numbers by name.
  static let stored: [String: [Double]] = {
    var result: [String: [Double]] = [:]
    var name = ""
    for line in backboneFixtureText.split(separator: "\n") {
      let parts = line.split(separator: ":")
      if parts.count == 2 { name = parts[0].trimmingCharacters(in: .whitespaces) }
      result[name, default: []] += parts[parts.count - 1].split(separator: " ")
        .compactMap { Double($0) }
    }
    return result
  }()

  /// A small network, its input and its labels.
  struct Small: Sendable, CustomTestStringConvertible {
    let name: String
    let network: Network
    let input: Tensor
    let labels: [Int32]
    var testDescription: String { name }
  }

  static let small =
    [
      Small(
        name: "vit",
        network: .vit(
          input: [8, 8, 3], classes: 4, patch: 4, width: 8, depth: 3, heads: 2, hidden: 12,
          exits: [2, 3]), input: images(3, 8), labels: [0, 3, 1]),
      Small(
        name: "text",
        network: .textEncoder(
          tokens: 5, vocabulary: 11, classes: 3, width: 8, depth: 2, heads: 2, hidden: 12),
        input: tokens, labels: [0, 2, 1]),
      Small(
        name: "bert",
        network: Network(tokens: 5, vocabulary: 11, classes: 3) {
          Embedding(8)
          Positions()
          for _ in 0..<2 {
            TransformerBlock(heads: 2, hidden: 12, order: .after)
            Exit()
          }
        }, input: tokens, labels: [0, 2, 1]),
      Small(
        name: "msdnet",
        network: .msdNet(classes: 4, blocks: [1, 2, 3], width: 4, growth: 2, headWidth: 6),
        input: images(2, 32), labels: [0, 3]),
      mobile,
    ] + resolutionsAndTokens

  static let resolutionsAndTokens = [
    Small(
      name: "ranet",
      network: .raNet(
        classes: 4, blocks: 1, step: 1, layers: 2, width: 4, growth: 4, headWidth: 6),
      input: images(2, 32), labels: [0, 3]),
    Small(name: "t2t-performer", network: t2t(.performer), input: images(2, 32), labels: [0, 3]),
    Small(
      name: "t2t-transformer", network: t2t(.transformer), input: images(2, 32), labels: [0, 3]),
  ]

  static func t2t(_ tokens: Network.TokenMixing) -> Network {
    .t2tViT(
      input: [32, 32, 3], classes: 4, width: 12, depth: 2, heads: 3, hidden: 10, tokens: tokens,
      tokenWidth: 8)
  }

  static let mobile = Small(
    name: "mobile",
    network: Network(input: [8, 8, 3], classes: 4) {
      Conv(8, kernel: 3, stride: 2); BatchNorm(); HardSwish()
      InvertedBottleneck(
        8, expanded: 16, kernel: 5, squeeze: SqueezeExcite(8, gate: .hardSigmoid),
        activation: .hardSwish)
      Exit()
      InvertedBottleneck(
        12, expanded: 8, stride: 2, squeeze: SqueezeExcite(2, activation: .silu),
        activation: .silu)
      Exit()
    }, input: images(4, 8), labels: [0, 3, 1, 2])

  static let tokens = Tensor(shape: [3, 5]) { buffer in
    for i in buffer.indices { buffer[i] = Float((i * 7 + 3) % 11) }
  }

  static func images(_ count: Int, _ side: Int) -> Tensor {
    Tensor(shape: [count, side, side, 3]) { buffer in
      for i in buffer.indices { buffer[i] = Float(cos(0.37 * Double(i))) }
    }
  }

  /// Parameter k, element i: sin(0.7 i + k) / (2 √fan), plus 1 where it scales a normalisation.
  static func model(_ network: Network) throws -> Model {
    let model = try Model(network, seed: 0)
    for (k, parameter) in model.parameters.enumerated() {
      let shape = parameter.value.shape
      let fan = shape.rank > 1 ? Double(shape.sample.count) : 1
      let base = shape.rank == 1 && parameter.name.hasSuffix("weight") ? 1.0 : 0
      parameter.value = Tensor(shape: shape) { buffer in
        for i in buffer.indices {
          buffer[i] = Float(base + sin(0.7 * Double(i) + Double(k)) / (2 * fan.squareRoot()))
        }
      }
    }
    return model
  }

  static func close(_ got: [Float], _ expected: [Double]) -> Bool {
    got.count == expected.count
      && zip(got, expected).allSatisfy { abs(Double($0) - $1) <= 1e-4 * max(1, abs($1)) }
  }

  @Test(arguments: small) func logitsAreThoseOfPyTorch(_ small: Small) throws {
    let model = try Self.model(small.network)
    let logits = try model.logits(small.input).flatMap(\.scalars)
    #expect(Self.close(logits, try #require(Self.stored["\(small.name).logits"])))
  }

  @Test(arguments: small) func gradientsAreThoseOfPyTorch(_ small: Small) throws {
    let model = try Self.model(small.network)
    let tape = Tape()
    var random = Random(seed: 0)
    let logits = try model.logits(
      small.input, training: .everything, tape: tape, random: &random)
    var loss = Tensor.zeros([])
    for (_, values) in logits { loss = try loss + values.crossEntropy(labels: small.labels) }
    let gradients = try tape.gradients(of: loss)
    let expected = try #require(Self.stored["\(small.name).gradients"])
    let trained = model.parameters.filter(\.isTrainable)
    #expect(expected.count == trained.count)
    for (parameter, expected) in zip(trained, expected) {
      let values = try #require(gradients[parameter], "\(parameter.name)").scalars
      let sum = values.enumerated().reduce(0) {
        $0 + Double($1.element) * sin(0.7 * Double($1.offset))
      }
      // Gradients that come through a whole T2T-ViT are small.
      let slack = small.name.hasPrefix("t2t") ? 5e-6 : 2e-4
      #expect(abs(sum - expected) <= max(slack, 4e-4 * abs(expected)), "\(parameter.name)")
    }
  }

  /// Parameters and the multiply-adds of leaving at each exit, as PyTorch counts them.
  @Test(arguments: [
    ("vit", Network.vit(), 3_873_880), ("text", .textEncoder(), 5_274_632),
    ("msdnet", .msdNet(), 3_966_664), ("ranet", .raNet(), 2_451_158),
    ("t2t-7", .t2tViT(), 5_855_294),
    (
      "t2t-t-14",
      .t2tViT(width: 384, depth: 14, heads: 6, hidden: 1152, tokens: .transformer), 26_556_054
    ),
  ])
  func costIsThatOfPyTorch(_ name: String, _ network: Network, _ parameters: Int) throws {
    let plan = try network.plan()
    #expect(plan.parameterCount == parameters)
    #expect(Self.stored["\(name).parameters"] == [Double(parameters)])
    let work = plan.exits.map { Double($0.lazyMultiplyAdds) }
    #expect(work == Self.stored["\(name).work"])
  }

  /// Parameters and thousands of millions of multiply-adds, as torchvision publishes them.
  @Test(arguments: [
    (Network.mobileNetV3(.small, exits: []), 2_542_856, 0.057),
    (.mobileNetV3(.large, exits: []), 5_483_032, 0.217),
    (.efficientNet(exits: []), 5_288_548, 0.386),
  ])
  func costIsAsPublished(_ network: Network, _ parameters: Int, _ work: Double) throws {
    let plan = try network.plan()
    #expect(plan.parameterCount == parameters)
    #expect(abs(Double(plan.multiplyAdds) / 1e9 - work) <= 0.0005)
  }

  @Test func mobileNetworksHaveExitsAtEveryResolution() throws {
    #expect(
      try Network.mobileNetV3(classes: 10).exits.map(\.shape) == [
        [56, 56, 16], [28, 28, 24], [14, 14, 48], [7, 7, 576],
      ])
    #expect(try Network.efficientNet(classes: 10, exits: [3, 8]).exits.count == 3)
    #expect(throws: NetworkError.self) { try Network.efficientNet(width: -1).plan() }
  }

  /// Segment by segment, and each sample alone, the logits are those of the whole pass.
  @Test(arguments: small) func samplesCanLeave(_ small: Small) throws {
    let model = try Self.model(small.network)
    let whole = try model.logits(small.input)
    var features = [try small.input.rows([1])]
    for exit in 0..<model.exitCount {
      features = try model.segment(exit, features)
      let alone = try model.head(exit, features).scalars
      let together = try whole[exit].rows([1]).scalars
      #expect(zip(alone, together).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test(arguments: small) func aStoredNetworkIsTheSame(_ small: Small) throws {
    let data = try JSONEncoder().encode(small.network)
    #expect(try JSONDecoder().decode(Network.self, from: data) == small.network)
  }
}
