import Datasets
import Networks
import Tensors
import Training

/// A small problem that a small network learns in seconds: which quarter of the image is bright.
enum Toy {
  static let shape: Shape = [8, 8, 1]

  /// Noise with one brighter quarter, four classes; the same for the same seed.
  static func data(count: Int = 640, seed: UInt64 = 1) throws -> Dataset {
    var random = Random(seed: seed)
    var pixels: [Float] = []
    var labels: [Int] = []
    for image in 0..<count {
      let label = image % 4
      for y in 0..<8 {
        for x in 0..<8 {
          let bright = (y / 4) * 2 + x / 4 == label
          pixels.append(random.uniform() + (bright ? 0.6 : 0))
        }
      }
      labels.append(label)
    }
    return try Dataset(
      name: "quarters", images: pixels, labels: labels, shape: shape, classes: 4, seed: seed)
  }

  /// Three exits on a few channels, with normalisation and dropout.
  static let network = Network(input: shape, classes: 4, name: "toy") {
    Conv(8, kernel: 3, stride: 2); BatchNorm(); ReLU()
    Exit("first") {
      Flatten(); Dense(4)
    }
    Residual(8)
    Exit("second") {
      Flatten(); Dense(4)
    }
    Residual(16, stride: 2)
    Exit("last") {
      Flatten(); Dropout(0.2); Dense(4)
    }
  }

  static let recipe = Recipe(
    optimizer: SGD(learningRate: 0.05, momentum: 0.9), batchSize: 32)
}
