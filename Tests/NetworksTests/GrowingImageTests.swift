import Networks
import Tensors
import Testing

/// Images that get a few channels from layer to layer lie in planes in inference.
@Suite struct GrowingImageTests {
  private static let networks: [Network] = [
    .msdNet(blocks: [1, 2, 3]), .msdNet(classes: 10, blocks: [2, 2], growth: 5),
    .raNet(classes: 10),
    // Parts that are read by themselves, and a value that is put behind two others.
    Network(input: [32, 32, 3], classes: 7) {
      Conv(8, kernel: 3)
      ReLU()
      Parallel {
        Branch()
        Branch {
          Conv(5, kernel: 1); BatchNorm(); ReLU(); Conv(7, kernel: 3); ReLU()
        }
        Branch { Conv(3, kernel: 3) }
      }
      Exit("first")
      Parallel {
        Branch {
          Conv(6, kernel: 3); ReLU()
        }; Branch()
      }
      Parallel {
        Branch(); Branch()
      }
      Conv(4, kernel: 3, stride: 2)
      ReLU()
      Exit("second")
      Parallel {
        Branch(); Branch { Conv(2, kernel: 1) }
      }
      Exit("third")
    },
  ]

  @Test(arguments: networks.indices) func agreesWithTraining(_ index: Int) throws {
    let (model, images, whole) = try InferencePathTests.agreement(
      Self.networks[index], images: 21)
    for count in [1, 2, 6, 19] {
      let part = try model.logits(images.rows(Array(0..<count)))
      for (a, b) in zip(part, whole) { #expect(try a == b.rows(Array(0..<count))) }
    }
    let single = try Tensors.withThreads(1) { () throws in try model.logits(images) }
    #expect(single == whole)
  }

  /// From exit to exit, where images are handed over in pixels.
  @Test(arguments: networks.indices) func agreesFromExitToExit(_ index: Int) throws {
    let model = try InferencePathTests.model(Self.networks[index], seed: 5)
    var random = Random(seed: 6)
    let images = try InferencePathTests.images(model.network, 3, &random)
    let whole = try model.logits(images)
    let passage = try model.passage(of: images)
    for exit in 0..<model.exitCount {
      let logits = try passage.advance()
      #expect(try InferencePathTests.distance(logits, whole[exit]) < 1e-5, "exit \(exit)")
    }
  }

  /// Several samples on each thread, where images are handed over in planes.
  @Test(arguments: networks.indices) func samplesLeaveWithTheLogitsOfTheWhole(
    _ index: Int
  ) throws {
    let model = try InferencePathTests.model(Self.networks[index], seed: 7)
    var random = Random(seed: 8)
    let images = try InferencePathTests.images(model.network, 37, &random)
    let whole = try model.logits(images)
    let (exits, classes) = (model.exitCount, model.network.classes)
    let wrong = Locked<[String]>([]), seen = Locked<[Int]>([])
    try model.leaving(images) { exit, samples, logits in
      let expected = whole[exit].scalars
      for (row, sample) in samples.enumerated() {
        let pairs = (0..<classes).map {
          abs(logits[row * classes + $0] - expected[sample * classes + $0])
        }
        if pairs.contains(where: { !($0 < 1e-5) }) {
          wrong.withLock { $0.append("sample \(sample) at exit \(exit)") }
        }
      }
      seen.withLock { $0 += samples.filter { $0 % exits == exit } }
      return samples.indices.filter { samples[$0] % exits > exit }
    }
    #expect(wrong.withLock { $0 } == [])
    #expect(seen.withLock { $0.sorted() } == Array(0..<37))
  }
}
