import Glibc
import Inference
import Tensors

/// Logits of three exits that get better, for samples of known labels.
enum Synthetic {
  static func logits(count: Int = 400, classes: Int = 5, seed: UInt64 = 0) throws -> ExitLogits {
    var random = Random(seed: seed)
    let labels = (0..<count).map { _ in Int32.random(in: 0..<Int32(classes), using: &random) }
    let logits = (1...3).map { exit in
      labels.flatMap { label in
        (0..<classes).map { $0 == label ? random.normal() + 1.2 * Float(exit) : random.normal() }
      }
    }
    return try ExitLogits(
      exits: [
        .init(name: "one", multiplyAdds: 100, lazyMultiplyAdds: 100),
        .init(name: "two", multiplyAdds: 250, lazyMultiplyAdds: 240),
        .init(name: "three", multiplyAdds: 420, lazyMultiplyAdds: 400),
      ], labels: labels, classes: classes, logits: logits)
  }

  /// Two exits, two samples: the first sample is sure at once (p = 0.9), the second is not (0.6).
  static func pair() throws -> ExitLogits {
    func row(_ p: Double) -> [Float] { [Float(log(p / (1 - p))), 0] }
    return try ExitLogits(
      exits: [
        .init(name: "early", multiplyAdds: 30, lazyMultiplyAdds: 30),
        .init(name: "late", multiplyAdds: 110, lazyMultiplyAdds: 100),
      ], labels: [0, 1], classes: 2, logits: [row(0.9) + row(0.6), row(0.99) + row(0.2)])
  }
}
