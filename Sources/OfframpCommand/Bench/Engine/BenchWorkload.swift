import Networks
import Tensors

/// The networks that are timed, each with an input of random numbers.
enum BenchWorkload: String, CaseIterable {
  /// CIFAR's ResNet-20 with an exit after every block.
  case resnet20
  /// A vision transformer of seven layers on 4×4 patches, exits after layers 2 to 7.
  case vit7
  /// MSDNet for CIFAR: seven blocks of one to seven layers on three scales.
  case msdnet7
  /// A text encoder of four layers on 64 tokens, an exit after each.
  case text4

  var network: Network {
    switch self {
    case .resnet20: .resNet20(classes: 10, exits: .everyBlock)
    case .vit7: .vit()
    case .msdnet7: .msdNet()
    case .text4: .textEncoder()
    }
  }

  /// A batch for the network: numbers from a normal distribution, or token numbers.
  func input(batch: Int, using random: inout Random) throws -> Tensor {
    let network = network
    guard let vocabulary = network.vocabulary else {
      return .normal(shape: Shape([batch] + network.input.dims), using: &random)
    }
    return try Tensor(
      tokens: (0..<batch).map { _ in
        (0..<network.input[0]).map { _ in Int.random(in: 0..<vocabulary, using: &random) }
      })
  }
}
