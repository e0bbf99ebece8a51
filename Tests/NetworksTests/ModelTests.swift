import Networks
import Tensors
import Testing

@Suite struct ModelTests {
  /// A small network with every kind of thing that can be frozen.
  static let network = Network(input: [8, 8, 3], classes: 4) {
    Conv(8, kernel: 3); BatchNorm(); ReLU()
    Residual(8)
    Exit("early") {
      Conv(8, kernel: 1); BatchNorm(); ReLU(); GlobalPool(); Dropout(0.5); Dense(4)
    }
    Residual(16, stride: 2)
    Dropout(0.25)
    Exit("middle")
    Bottleneck(8, stride: 2, shortcut: .padding)
    Concat {
      BatchNorm(); ReLU(); Conv(4, kernel: 3, bias: false)
    }
    Exit("late")
  }

  static func images(_ count: Int = 6, seed: UInt64 = 7, _ shape: Shape = [8, 8, 3]) -> Tensor {
    var random = Random(seed: seed)
    return Tensor.normal(shape: Shape([count] + shape.dims), using: &random)
  }

  static func bits(_ tensor: Tensor) -> [UInt32] { tensor.scalars.map(\.bitPattern) }

  /// Running statistics as bits, by name.
  static func statistics(_ model: Model) -> [String: [UInt32]] {
    var all: [String: [UInt32]] = [:]
    for (name, statistics) in model.statistics {
      all[name] = bits(statistics.mean) + bits(statistics.variance)
    }
    return all
  }

  /// One step of plain gradient descent on the sum of the exits' losses.
  static func step(
    _ model: Model, _ part: Model.Part, exits: Set<Int>? = nil, random: inout Random
  ) throws -> Gradients {
    let tape = Tape()
    let logits = try model.logits(
      images(), training: part, tape: tape, random: &random, exits: exits)
    let losses = try logits.sorted { $0.key < $1.key }
      .map { try $0.value.crossEntropy(labels: [0, 1, 2, 3, 0, 1]) }
    let loss = try losses.dropFirst().reduce(losses[0]) { try $0 + $1 }
    let gradients = try tape.gradients(of: loss)
    for parameter in model.parameters(of: part) {
      guard let gradient = gradients[parameter] else { continue }
      parameter.value = try parameter.value - gradient * 0.1
    }
    return gradients
  }

  @Test func logitsPerExit() throws {
    let model = try Model(Self.network, seed: 1)
    let logits = try model.logits(Self.images())
    #expect(logits.map(\.shape) == [[6, 4], [6, 4], [6, 4]])
    #expect(logits.allSatisfy { $0.scalars.allSatisfy(\.isFinite) })
  }

  @Test func chosenExitsAreTheSame() throws {
    let model = try Model(Self.network, seed: 1)
    let all = try model.logits(Self.images())
    var random = Random(seed: 0)
    let some = try model.logits(Self.images(), random: &random, exits: [1])
    #expect(some.keys.sorted() == [1])
    #expect(some[1].map(Self.bits) == Self.bits(all[1]))
  }

  @Test func segmentsAndHeadsAreTheSame() throws {
    let model = try Model(Self.network, seed: 1)
    let all = try model.logits(Self.images())
    var features = Self.images()
    for exit in 0..<3 {
      features = try model.segment(exit, features)
      #expect(Self.bits(try model.head(exit, features)) == Self.bits(all[exit]))
    }
  }

  @Test func samplesThatLeaveDoNotChangeTheOthers() throws {
    let model = try Model(Self.network, seed: 1)
    let all = try model.logits(Self.images())
    let rest = try model.segment(0, Self.images()).rows([1, 4, 5])
    let logits = try model.head(1, model.segment(1, rest))
    for (row, original) in [1, 4, 5].enumerated() {
      for c in 0..<4 {
        #expect(abs(logits.scalars[row * 4 + c] - all[1].scalars[original * 4 + c]) < 1e-5)
      }
    }
  }

  @Test func trainingExitsLeavesTheBackboneBitIdentical() throws {
    let model = try Model(Self.network, seed: 3)
    var random = Random(seed: 5)
    _ = try Self.step(model, .backbone, exits: [2], random: &random)
    try model.reinitializeHeads(seed: 9)
    let logits = Self.bits(try model.logits(Self.images())[2])
    let early = Self.bits(try model.logits(Self.images())[0])
    let statistics = Self.statistics(model)
    let state = model.backboneParameters.map { Self.bits($0.value) }
    for _ in 0..<3 { _ = try Self.step(model, .exits, random: &random) }
    #expect(Self.bits(try model.logits(Self.images())[2]) == logits)
    #expect(model.backboneParameters.map { Self.bits($0.value) } == state)
    #expect(Self.bits(try model.logits(Self.images())[0]) != early)
    for (name, values) in Self.statistics(model) {
      #expect((values == statistics[name]) == !name.hasPrefix("exits.0"), "\(name)")
    }
  }

  @Test(arguments: Model.Part.allCases) func gradientsReachWhatIsTrained(_ part: Model.Part) throws
  {
    let model = try Model(Self.network, seed: 3)
    var random = Random(seed: 5)
    let gradients = try Self.step(model, part, random: &random)
    let trained = Set(model.parameters(of: part).map(\.name))
    for parameter in model.parameters {
      let gradient = gradients[parameter]
      #expect((gradient != nil) == trained.contains(parameter.name), "\(parameter.name)")
      #expect(gradient.map { $0.shape == parameter.value.shape } ?? true)
    }
    #expect(Set(model.parameters(of: .backbone).map(\.name)).contains("exits.2.1.weight"))
    #expect(!Set(model.parameters(of: .exits).map(\.name)).contains("exits.2.1.weight"))
  }

  @Test func trainingTheBackboneLeavesTheHeadsAlone() throws {
    let model = try Model(Self.network, seed: 3)
    let before = Self.statistics(model).filter { $0.key.hasPrefix("exits.") }
    let heads = model.headParameters(0).map { Self.bits($0.value) }
    var random = Random(seed: 5)
    _ = try Self.step(model, .backbone, random: &random)
    #expect(Self.statistics(model).filter { $0.key.hasPrefix("exits.") } == before)
    #expect(model.headParameters(0).map { Self.bits($0.value) } == heads)
  }

  @Test func aFixedParameterIsNotTrained() throws {
    let model = try Model(Self.network, seed: 3)
    let fixed = try #require(model.parameters.first)
    fixed.isTrainable = false
    var random = Random(seed: 5)
    let gradients = try Self.step(model, .everything, random: &random)
    #expect(gradients[fixed] == nil)
  }

  @Test func evaluationIsRepeatableAndTrainingDropsOut() throws {
    let model = try Model(Self.network, seed: 1)
    #expect(
      try model.logits(Self.images()).map(Self.bits)
        == model.logits(Self.images()).map(Self.bits))
    func trained(seed: UInt64) throws -> [UInt32]? {
      let model = try Model(Self.network, seed: 1)
      var random = Random(seed: seed)
      return try model.logits(Self.images(), training: .everything, random: &random)[1]
        .map(Self.bits)
    }
    #expect(try trained(seed: 1) == trained(seed: 1))
    #expect(try trained(seed: 1) != trained(seed: 2))
  }

  @Test func wrongInputsAreRefused() throws {
    let model = try Model(Self.network, seed: 1)
    #expect(
      throws: NetworkError(
        "The network takes batches of 8×8×3 images, N×8×8×3, and got 6×9×8×3")
    ) {
      try model.logits(Self.images(6, [9, 8, 3]))
    }
    var random = Random(seed: 0)
    #expect(
      throws: NetworkError(
        "There is no exit 3; the network has 3, counted from 0: early, middle, late")
    ) {
      try model.logits(Self.images(), random: &random, exits: [3])
    }
    #expect(throws: NetworkError.self) { try model.segment(1, Self.images()) }
    #expect(throws: NetworkError.self) { try model.head(-1, Self.images()) }
    #expect(throws: NetworkError.self) {
      try Model(Network(input: [8, 8, 3], classes: 2) {}, seed: 0)
    }
  }
}

extension ModelTests {
  fileprivate static func images(_ count: Int, _ shape: Shape) -> Tensor {
    images(count, seed: 7, shape)
  }
}
