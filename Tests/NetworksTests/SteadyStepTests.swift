import Networks
import Tensors
import Testing

/// Training steps of the broader networks take their memory from the pool.
@Suite(.serialized) struct SteadyStepTests {
  @Test(arguments: BackboneTests.small, [Precision.float32, .mixedBFloat16])
  func allocatesNothing(_ small: BackboneTests.Small, _ precision: Precision) throws {
    guard precision.isAvailable else { return }
    try StoragePool.withOwn {
      try Tensors.withPrecision(precision) {
        let model = try BackboneTests.model(small.network)
        for _ in 0..<3 { try Self.step(model, small) }
        let before = StoragePool.statistics
        for _ in 0..<5 { try Self.step(model, small) }
        let after = StoragePool.statistics
        #expect(after.requests > before.requests)
        #expect(after.allocations == before.allocations)
        #expect(after.bytesInUse == before.bytesInUse)
      }
    }
  }

  static func step(_ model: Model, _ small: BackboneTests.Small) throws {
    let tape = Tape()
    var random = Random(seed: 0)
    let logits = try model.logits(
      small.input, training: .everything, tape: tape, random: &random)
    var loss = Tensor.zeros([])
    for exit in 0..<model.exitCount {
      loss = try loss + #require(logits[exit]).crossEntropy(labels: small.labels)
    }
    let gradients = try tape.gradients(of: loss)
    for parameter in model.parameters where parameter.isTrainable {
      var velocity: Tensor?
      try parameter.applySGD(
        gradient: #require(gradients[parameter]), learningRate: 1e-3, velocity: &velocity)
    }
  }

  @Test func scalesAreShownInTheTable() {
    let table = Network.msdNet().description
    #expect(table.contains("32×32×16, 16×16×32, 8×8×64"))
    #expect(table.contains("MultiScaleTransition"))
    #expect(Network.textEncoder().description.contains("64×256"))
  }
}
