import Networks
import Tensors
import Testing

@Suite struct InitializationTests {
  static func deviation(_ values: [Float]) -> Float {
    let mean = values.reduce(0, +) / Float(values.count)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Float(values.count)).squareRoot()
  }

  static func values(_ model: Model, _ name: String) throws -> [Float] {
    try #require(model.state()[name]).scalars
  }

  @Test func convolutionsAreHeNormalWithFanOut() throws {
    let model = try Model(.resNet20(), seed: 4)
    let weights = try Self.values(model, "layers.11.conv2.weight")
    #expect(weights.count == 64 * 64 * 9)
    #expect(abs(Self.deviation(weights) / (2 / Float(64 * 9)).squareRoot() - 1) < 0.02)
  }

  @Test func denseLayersAreUniform() throws {
    let network = Network(input: [4, 4, 100], classes: 400) { Exit() }
    let weights = try Self.values(Model(network, seed: 4), "exits.0.1.weight")
    let bound: Float = 1 / 10
    #expect(weights.allSatisfy { abs($0) <= bound })
    #expect(abs(Self.deviation(weights) / (bound / Float(3).squareRoot()) - 1) < 0.01)
  }

  @Test func namesFollowTorchvision() throws {
    let names = Set(try Model(.resNet20(), seed: 0).state().keys)
    for name in [
      "layers.0.weight", "layers.1.weight", "layers.1.bias", "layers.1.running_mean",
      "layers.1.running_var", "layers.3.conv1.weight", "layers.3.bn2.running_var",
      "layers.6.downsample.0.weight", "layers.6.downsample.1.bias", "exits.0.1.weight",
      "exits.2.1.bias",
    ] { #expect(names.contains(name), "\(name)") }
  }

  @Test func seedsDecide() throws {
    let first = try Model(.resNet20(), seed: 0).state()
    #expect(try Model(.resNet20(), seed: 0).state() == first)
    let other = try Model(.resNet20(), seed: 1).state()
    #expect(other["layers.0.weight"] != first["layers.0.weight"])
    #expect(other["layers.1.weight"] == first["layers.1.weight"])
  }

  @Test func exitsDoNotChangeTheBackbonesBeginning() throws {
    let plain = try Model(.resNet20(exits: .final), seed: 2).state()
    let full = try Model(.resNet20(exits: .everyBlock), seed: 2).state()
    for (name, value) in plain where name.hasPrefix("layers.") {
      #expect(full[name] == value, "\(name)")
    }
  }

  @Test func freshHeads() throws {
    let model = try Model(.resNet20(), seed: 0)
    let before = model.state()
    try model.reinitializeHeads(seed: 1)
    let changed = model.state().filter { before[$0.key] != $0.value }.keys.sorted()
    #expect(
      changed == ["exits.0.1.bias", "exits.0.1.weight", "exits.1.1.bias", "exits.1.1.weight"])
    try model.reinitializeHeads(seed: 0)
    #expect(model.state() == before)
  }
}
