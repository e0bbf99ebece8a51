import Networks
import Tensors
import Testing

/// A parameter of another shape, or with numbers that are not finite, is an error in evaluation and
/// never memory read beyond its end.
@Suite struct ParameterShapeTests {
  private static let network = Network(input: [8, 8, 3], classes: 4) {
    Conv(8, kernel: 3); BatchNorm(); ReLU(); Exit("a"); Residual(16, stride: 2); Exit("b")
  }

  private static let transformer = Network.vit(
    input: [8, 8, 3], classes: 4, patch: 4, width: 8, depth: 2, heads: 2, hidden: 12, exits: [1])

  static let networks = [network, transformer]

  private static func says(_ model: Model, _ images: Tensor) -> String {
    CheckpointTests.message { _ = try model.logits(images) }
  }

  @Test(arguments: [0, 1], [true, false])
  func everyMisshapenParameterIsNamed(_ index: Int, _ isWarm: Bool) throws {
    let model = try Model(Self.networks[index], seed: 1)
    let images = pattern([2, 8, 8, 3])
    if isWarm { _ = try model.logits(images) }
    let expected = try Model(Self.networks[index], seed: 1).logits(images)
    for parameter in model.parameters {
      let right = parameter.value
      parameter.value = .zeros([2])
      let says = Self.says(model, images)
      #expect(
        says.contains("\(parameter.name) was given a value of 2, expected \(right.shape)"),
        "\(says)")
      #expect(Self.says(model, images) == says, "and again")
      parameter.value = right
    }
    #expect(try model.logits(images) == expected)
  }

  @Test func runningStatisticsToo() throws {
    let model = try Model(Self.network, seed: 1)
    model.statistics[0].1.mean = .zeros([3])
    let says = Self.says(model, pattern([2, 8, 8, 3]))
    #expect(says.contains("layers.1.running_mean was given a value of 3, expected 8"), "\(says)")
    let segment = CheckpointTests.message { _ = try model.segment(0, pattern([2, 8, 8, 3])) }
    #expect(segment == says)
  }

  /// A rectifier gives 0 for what is no number: the logits would look as if nothing had happened.
  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func numbersThatAreNotFiniteDoNotVanish(_ value: Float) throws {
    for (index, network) in Self.networks.enumerated() {
      let model = try Model(network, seed: 1)
      for parameter in model.parameters.dropLast(2) {
        let right = parameter.value
        parameter.value.withUnsafeMutableBuffer { $0[0] = value }
        var isSeen = false
        do {
          let logits = try model.logits(pattern([2, 8, 8, 3]))
          isSeen = logits.contains { !$0.scalars.allSatisfy(\.isFinite) }
        } catch let error as TensorError {
          isSeen = error.message.contains("the model has diverged")
        }
        #expect(isSeen, "\(parameter.name) of network \(index)")
        parameter.value = right
      }
    }
  }

  private func pattern(_ shape: Shape) -> Tensor {
    Tensor(shape: shape) { for i in $0.indices { $0[i] = Float(i % 13) / 6 - 1 } }
  }
}
