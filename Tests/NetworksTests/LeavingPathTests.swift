import Networks
import Synchronization
import Tensors
import Testing

/// Samples that leave a batch on the path of inference.
@Suite struct LeavingPathTests {
  private static let networks =
    InferencePathTests.canned + [
      // The images themselves are what flows past the first exit.
      Network(input: [16, 16, 3], classes: 5) {
        Exit("pixels")
        Residual(8)
        Exit("block")
        Residual(16, stride: 2)
        Exit("end")
      }
    ]

  /// Sample s leaves at exit s mod exits; the logits it leaves with are those of the whole batch.
  @Test(arguments: networks.indices) func logitsAreThoseOfTheBatch(_ index: Int) throws {
    let network = Self.networks[index]
    let model = try InferencePathTests.model(network, seed: 4)
    var random = Random(seed: 6)
    for count in [1, 2, 29] {
      let images = try InferencePathTests.images(network, count, &random)
      let whole = try model.logits(images).map(\.scalars)
      let (exits, classes) = (model.exitCount, network.classes)
      let left = Mutex<[Int: (exit: Int, logits: [Float])]>([:])
      try model.leaving(images) { exit, samples, logits in
        left.withLock { left in
          for (row, sample) in samples.enumerated() where sample % exits == exit {
            left[sample] = (exit, Array(logits[row * classes..<(row + 1) * classes]))
          }
        }
        return samples.indices.filter { samples[$0] % exits != exit }
      }
      let result = left.withLock { $0 }
      #expect(result.count == count)
      for (sample, (exit, logits)) in result {
        #expect(exit == sample % exits)
        let expected = whole[exit][sample * classes..<(sample + 1) * classes]
        let scale = max(1, expected.map(abs).max() ?? 1)
        #expect(zip(logits, expected).allSatisfy { abs($0 - $1) < 1e-5 * scale })
      }
    }
  }

  @Test func manyThreadsEvaluateAtOnce() throws {
    let network = Self.networks[0]
    var random = Random(seed: 8)
    let images = try InferencePathTests.images(network, 9, &random)
    let results = Mutex<[[Tensor]]>([])
    let threads = (0..<4).map { _ in
      Worker {
        guard let model = try? InferencePathTests.model(network, seed: 4),
          let logits = try? model.logits(images)
        else { return }
        results.withLock { $0.append(logits) }
      }
    }
    for thread in threads { thread.join() }
    let all = results.withLock { $0 }
    #expect(all.count == 4)
    for logits in all { #expect(logits == all[0]) }
  }
}
