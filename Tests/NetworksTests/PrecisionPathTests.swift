import Networks
import Tensors
import Testing

/// In mixed precision, too, the path of inference gives what layer by layer gives.
@Suite struct PrecisionPathTests {
  private static func mixed<Result>(
    _ units: BFloat16Units, _ body: () throws -> Result
  ) throws -> Result {
    try BFloat16Units.with(units) { try Tensors.withPrecision(.mixedBFloat16, body) }
  }

  /// Folding a normalisation rounds other weights than leaving it apart, so agreement is to some
  /// units of bfloat16's last place, layer upon layer.
  private func check(
    _ network: Network, _ seed: UInt64, _ batches: [Int], _ units: BFloat16Units
  ) throws {
    let model = try InferencePathTests.model(network, seed: seed)
    var random = Random(seed: seed)
    for batch in batches {
      let images = try InferencePathTests.images(network, batch, &random)
      let (expected, all) = try Self.mixed(units) {
        (try model.passed(images, Set(0..<model.exitCount)), try model.logits(images))
      }
      for exit in 0..<model.exitCount {
        let far = try InferencePathTests.distance(all[exit], expected[exit])
        #expect(far < 0.05, "exit \(exit) of \(network), batch \(batch)")
        let alone = try Self.mixed(units) {
          try model.logits(images, random: &random, exits: [exit])
        }
        #expect(try InferencePathTests.distance(alone[exit], expected[exit]) < 0.05)
      }
    }
  }

  @Test(arguments: InferencePathTests.canned.indices, [BFloat16Units.float, .bfloat16])
  func cannedNetworksAgree(_ index: Int, _ units: BFloat16Units) throws {
    guard units == .float || Precision.mixedBFloat16.isAvailable else { return }
    try check(InferencePathTests.canned[index], UInt64(index), [1, 5], units)
  }

  @Test(arguments: UInt64(0)..<20, [BFloat16Units.float, .bfloat16])
  func randomNetworksAgree(_ seed: UInt64, _ units: BFloat16Units) throws {
    guard units == .float || Precision.mixedBFloat16.isAvailable else { return }
    try check(PropertyTests.network(seed: seed), seed, [3, 18], units)
  }

  /// One model serves both precisions in turns.
  @Test func precisionsTakeTurns() throws {
    let model = try InferencePathTests.model(InferencePathTests.canned[0], seed: 1)
    var random = Random(seed: 2)
    let images = try InferencePathTests.images(InferencePathTests.canned[0], 4, &random)
    let plain = try model.logits(images)
    let mixed = try Self.mixed(.float) { try model.logits(images) }
    #expect(try model.logits(images) == plain)
    let again = try Self.mixed(.float) { try model.logits(images) }
    #expect(again == mixed)
    for exit in plain.indices {
      let far = try InferencePathTests.distance(mixed[exit], plain[exit])
      #expect(far > 0 && far < 0.05, "exit \(exit)")
    }
  }

  /// Samples that leave on their way get the answers of those that stay.
  @Test func leavingGivesTheSame() throws {
    let model = try InferencePathTests.model(InferencePathTests.canned[0], seed: 1)
    var random = Random(seed: 2)
    let images = try InferencePathTests.images(InferencePathTests.canned[0], 6, &random)
    try Self.mixed(.float) {
      let all = try model.logits(images)
      let passage = try model.passage(of: images)
      for exit in 0..<model.exitCount {
        #expect(try InferencePathTests.distance(passage.advance(), all[exit]) < 1e-6)
      }
    }
  }
}
