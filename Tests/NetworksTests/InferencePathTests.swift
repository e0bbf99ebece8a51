import Networks
import Tensors
import Testing

/// The path of inference gives what layer by layer gives.
@Suite struct InferencePathTests {
  static let canned: [Network] = [
    .resNet20(exits: .everyBlock), .resNet18(classes: 7, input: [32, 32, 3]),
    .resNet50(classes: 5, input: [32, 32, 3]), .vit(depth: 3, exits: [1, 2, 3]),
    .textEncoder(depth: 2), .msdNet(blocks: [1, 2, 3]), .mobileNetV3(input: [32, 32, 3]),
    .efficientNet(input: [32, 32, 3]), .raNet(),
    .t2tViT(
      input: [32, 32, 3], classes: 10, width: 48, depth: 3, heads: 4, hidden: 96, tokenWidth: 16),
    .t2tViT(
      input: [32, 32, 3], classes: 10, width: 48, depth: 3, heads: 4, hidden: 96,
      tokens: .transformer, tokenWidth: 16),
    .bert(
      tokens: 12, vocabulary: 40, classes: 3, width: 24, depth: 3, heads: 3, hidden: 40,
      positions: 20, separator: 2), .resNet34(classes: 5, input: [32, 32, 3]),
    .resNet(depth: 14, shortcut: .padding), .resNet56(),
  ]

  static func images(_ network: Network, _ count: Int, _ random: inout Random) throws -> Tensor {
    guard let vocabulary = network.vocabulary else {
      return .normal(shape: network.input.batched(count), using: &random)
    }
    return try Tensor(
      tokens: (0..<count).map { _ in
        (0..<network.input[0]).map { _ in Int.random(in: 0..<vocabulary, using: &random) }
      })
  }

  /// Statistics and scales that are no longer 0 and 1.
  static func model(_ network: Network, seed: UInt64) throws -> Model {
    let model = try Model(network, seed: seed)
    var random = Random(seed: seed)
    for (_, statistics) in model.statistics {
      statistics.mean = .normal(shape: statistics.mean.shape, deviation: 0.1, using: &random)
      statistics.variance = .uniform(
        shape: statistics.variance.shape, in: 0.5...2, using: &random)
    }
    for parameter in model.parameters where parameter.value.shape.rank == 1 {
      let noise = Tensor.normal(shape: parameter.value.shape, deviation: 0.1, using: &random)
      parameter.value = try parameter.value + noise
    }
    return model
  }

  /// The largest difference, as a part of the largest logit.
  static func distance(_ a: Tensor?, _ b: Tensor?) throws -> Float {
    let (x, y) = (try #require(a).scalars, try #require(b).scalars)
    let scale = max(1, y.map(abs).max() ?? 1)
    return zip(x, y).map { abs($0 - $1) }.max().map { $0 / scale } ?? .infinity
  }

  /// A model, images, and their logits, which are those of training's path to within 1e-5.
  static func agreement(
    _ network: Network, images count: Int
  ) throws -> (model: Model, images: Tensor, logits: [Tensor]) {
    let model = try model(network, seed: 3)
    var random = Random(seed: 4)
    let images = try images(network, count, &random)
    let expected = try model.passed(images, Set(0..<model.exitCount))
    let logits = try model.logits(images)
    for exit in 0..<model.exitCount {
      #expect(try distance(logits[exit], expected[exit]) < 1e-5)
    }
    return (model, images, logits)
  }

  private func check(_ network: Network, seed: UInt64, batches: [Int]) throws {
    let model = try Self.model(network, seed: seed)
    var random = Random(seed: seed)
    for batch in batches {
      let images = try Self.images(network, batch, &random)
      let expected = try model.passed(images, Set(0..<model.exitCount))
      let all = try model.logits(images)
      for exit in 0..<model.exitCount {
        #expect(try Self.distance(all[exit], expected[exit]) < 1e-5, "exit \(exit) of \(network)")
        let alone = try model.logits(images, random: &random, exits: [exit])
        #expect(try Self.distance(alone[exit], expected[exit]) < 1e-5, "exit \(exit) alone")
      }
    }
  }

  @Test(arguments: canned.indices) func cannedNetworksAgree(_ index: Int) throws {
    try check(Self.canned[index], seed: UInt64(index), batches: [1, 5])
  }

  @Test(arguments: UInt64(0)..<60) func randomNetworksAgree(_ seed: UInt64) throws {
    try check(PropertyTests.network(seed: seed), seed: seed, batches: [3, 18])
  }

  /// The batch is cut in another way for every size and number of threads.
  @Test func aSampleGetsTheSameBitsInEveryBatch() throws {
    for network in [Self.canned[0], Self.canned[3], Self.canned[5]] {
      let model = try Self.model(network, seed: 3)
      var random = Random(seed: 5)
      let images = try Self.images(network, 37, &random)
      let whole = try model.logits(images)
      for count in [1, 2, 7, 19] {
        let part = try model.logits(images.rows(Array(0..<count)))
        for (a, b) in zip(part, whole) {
          #expect(try a == b.rows(Array(0..<count)))
        }
      }
      let single = try Tensors.withThreads(1) { () throws in try model.logits(images) }
      #expect(single == whole)
    }
  }

  /// What does not need each other, scales and shortcuts and heads, runs at the same time.
  @Test(arguments: canned.indices) func threadsShareASample(_ index: Int) throws {
    let model = try Self.model(Self.canned[index], seed: 11)
    var random = Random(seed: 12)
    let image = try Self.images(Self.canned[index], 1, &random)
    func logits() throws -> [[Float]?] {
      try model.logits(image).map(\.scalars)
        + (0..<model.exitCount).map {
          try model.logits(image, random: &random, exits: [$0])[$0]?.scalars
        }
    }
    let expected = try Tensors.withThreads(1) { () throws in try logits() }
    for threads in 2...4 {
      try Tensors.withThreads(threads) { () throws in
        for _ in 0..<20 { #expect(try logits() == expected) }
      }
    }
  }

  @Test func changedNumbersAreSeen() throws {
    let network = Self.canned[0]
    let model = try Self.model(network, seed: 1)
    var random = Random(seed: 2)
    let images = try Self.images(network, 4, &random)
    func agrees() throws {
      let expected = try model.passed(images, [0, 8])
      let got = try model.logits(images, random: &random, exits: [0, 8])
      for exit in [0, 8] { #expect(try Self.distance(got[exit], expected[exit]) < 1e-5) }
    }
    try agrees()
    // Replaced, changed in place, trained, loaded.
    let weight = try #require(model.parameters.first)
    weight.value = try weight.value * 2
    try agrees()
    weight.value.withUnsafeMutableBuffer { $0[0] += 1 }
    try agrees()
    model.statistics[0].1.mean.withUnsafeMutableBuffer { $0[0] += 1 }
    try agrees()
    let tape = Tape()
    let logits = try model.logits(images, training: .everything, tape: tape, random: &random)
    let loss = try #require(logits[8]).crossEntropy(labels: [0, 1, 2, 3])
    let gradients = try tape.gradients(of: loss)
    for parameter in model.parameters {
      guard let gradient = gradients[parameter] else { continue }
      var velocity: Tensor?
      try parameter.applySGD(gradient: gradient, learningRate: 0.1, velocity: &velocity)
    }
    try agrees()
    try model.load(Self.model(network, seed: 7).state())
    try agrees()
  }
}
