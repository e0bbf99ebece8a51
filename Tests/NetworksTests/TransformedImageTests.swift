import Networks
import Tensors
import Testing

/// 3×3 convolutions of larger images are computed in transformed tiles in inference.
@Suite struct TransformedImageTests {
  /// Sides that tiles fill and sides that they do not, additions, ReLU and none.
  private static let networks: [Network] = [(32, 32), (19, 22), (17, 33)].map { height, width in
    Network(input: [height, width, 3], classes: 7) {
      Conv(16, kernel: 3)
      ReLU()
      Parallel(.sum) {
        Branch()
        Branch {
          Conv(20, kernel: 3); BatchNorm(); ReLU(); Conv(16, kernel: 3); BatchNorm()
        }
      }
      ReLU()
      Exit("first")
      Conv(40, kernel: 3)
      ReLU()
      Conv(12, kernel: 3, padding: 0)
      Exit("second")
    }
  }

  @Test(arguments: networks.indices) func agreesWithTraining(_ index: Int) throws {
    _ = try InferencePathTests.agreement(Self.networks[index], images: 21)
  }

  @Test(arguments: networks.indices) func aSampleHasTheSameBitsInEveryBatch(_ index: Int) throws {
    let model = try InferencePathTests.model(Self.networks[index], seed: 5)
    var random = Random(seed: 6)
    let images = try InferencePathTests.images(model.network, 13, &random)
    let whole = try model.logits(images)
    for threads in 1...4 {
      for count in [1, 2, 7, 13] {
        let part = try Tensors.withThreads(threads) { () throws in
          try model.logits(images.rows(Array(0..<count)))
        }
        for (a, b) in zip(part, whole) {
          #expect(try a == b.rows(Array(0..<count)), "\(threads) threads, \(count) images")
        }
      }
    }
  }
}
