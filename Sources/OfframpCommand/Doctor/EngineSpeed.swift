import Tensors

/// A short measurement of the tensor engine.
enum EngineSpeed {
  /// Billions of floating-point operations a second in a convolution as ResNets have them:
  /// 3×3, 64 channels in and out, 16×16 positions, 64 images.
  static func convolution() throws -> Double {
    var random = Random(seed: 0)
    let images = Tensor.normal(
      shape: [64, 16, 16, 64], mean: 0, deviation: 1, using: &random)
    let weight = Tensor.normal(
      shape: [64, 64, 3, 3], mean: 0, deviation: 0.05, using: &random)
    let operations = 2.0 * 64 * 16 * 16 * 64 * 64 * 9
    let clock = ContinuousClock()
    // The first few make the primitive and warm the processor.
    for _ in 0..<3 { _ = try images.convolved(with: weight, padding: 1) }
    let times = try (0..<15).map { _ in
      try clock.measure { _ = try images.convolved(with: weight, padding: 1) } / .seconds(1)
    }
    return operations / times.sorted()[times.count / 2] / 1e9
  }
}
