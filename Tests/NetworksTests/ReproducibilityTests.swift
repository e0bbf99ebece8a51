import Networks
import Tensors
import Testing

/// The same seed, threads and machine give the same bits, whatever the backbone and the precision.
@Suite(.serialized) struct ReproducibilityTests {
  private static let precisions: [Precision] = [.float32, .mixedBFloat16].filter(\.isAvailable)

  private static func state(
    _ small: BackboneTests.Small, _ precision: Precision, threads: Int
  ) throws -> [String: Tensor] {
    try Tensors.withThreads(threads) {
      try Tensors.withPrecision(precision) {
        let model = try Model(small.network, seed: 4)
        for _ in 0..<3 { try SteadyStepTests.step(model, small) }
        return model.state()
      }
    }
  }

  @Test(arguments: BackboneTests.small, precisions)
  func stepsRepeatBitForBit(_ small: BackboneTests.Small, _ precision: Precision) throws {
    for threads in [1, 2] {
      let runs = try (0..<3).map { _ in try Self.state(small, precision, threads: threads) }
      #expect(runs[0] == runs[1] && runs[0] == runs[2], "\(threads) threads")
      let start = try Model(small.network, seed: 4).state()
      #expect(runs[0] != start)
    }
  }

  @Test(arguments: InferencePathTests.canned.indices)
  func logitsRepeatBitForBit(_ index: Int) throws {
    let network = InferencePathTests.canned[index]
    var random = Random(seed: 2)
    let images = try InferencePathTests.images(network, 3, &random)
    let all = try (0..<2).map { _ in
      try InferencePathTests.model(network, seed: 1).logits(images)
    }
    #expect(all[0] == all[1])
  }
}
