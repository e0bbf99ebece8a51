import Tensors

/// Where a canned ResNet has its exits.
///
/// The final classifier is always there.
public enum ResNetExits: Hashable, Sendable {
  /// After each stage of equal width.
  case everyStage
  /// After every residual block.
  case everyBlock
  /// After the blocks with these numbers, counted from 0 over all stages, and after the last.
  ///
  /// The regimes paper uses `[4, 6, 8, 10, 12, 14]` on ResNet-34.
  case after([Int])
  /// Only the final classifier: the plain network.
  case final
}

/// How a canned ResNet begins.
public enum ResNetStem: String, Hashable, Sendable, Codable, CaseIterable {
  /// A 3×3 convolution with stride 1, for small images such as CIFAR's.
  case small
  /// A 7×7 convolution with stride 2 and no pooling.
  case strided
  /// A 7×7 convolution with stride 2 and a 3×3 max pooling with stride 2, for ImageNet.
  case imageNet
}

/// The pieces from which every ResNet description is put together.
struct ResNet {
  var stem: ResNetStem = .small
  var width: Int
  var blocks: [Int]
  var isBottleneck = false
  var shortcut: Shortcut = .projection
  var exits: ResNetExits

  /// The elements: stem, stages, and exits where they were asked for.
  var elements: [Element] {
    guard let problem else { return stemLayers + stages }
    return [.layer(AnyLayer(Impossible(problem: problem))), .exit(Exit())]
  }

  @NetworkBuilder private var stemLayers: [Element] {
    switch stem {
    case .small: Conv(width, kernel: 3)
    case .strided, .imageNet: Conv(width, kernel: 7, stride: 2)
    }
    BatchNorm()
    ReLU()
    if stem == .imageNet { MaxPool(3, stride: 2, padding: 1) }
  }

  @NetworkBuilder private var stages: [Element] {
    for stage in blocks.indices {
      for block in 0..<blocks[stage] {
        let stride = stage > 0 && block == 0 ? 2 : 1
        if isBottleneck {
          Bottleneck(width << stage, stride: stride, shortcut: shortcut)
        } else {
          Residual(width << stage, stride: stride, shortcut: shortcut)
        }
        if let name = exitName(stage: stage, block: block) { Exit(name) }
      }
    }
  }

  private func exitName(stage: Int, block: Int) -> String? {
    let index = blocks[..<stage].reduce(0, +) + block
    let isLast = index == blocks.reduce(0, +) - 1
    return switch exits {
    case .everyStage: block == blocks[stage] - 1 ? "stage \(stage + 1)" : nil
    case .everyBlock: "block \(index + 1)"
    case .after(let places): isLast ? "final" : places.contains(index) ? "block \(index)" : nil
    case .final: isLast ? "final" : nil
    }
  }

  /// What was asked for and does not exist.
  private var problem: String? {
    let count = blocks.reduce(0, +)
    guard count > 0 else {
      return "a CIFAR ResNet has a depth of 6n+2, such as 20, 32, 44, 56 or 110"
    }
    guard case .after(let places) = exits,
      let place = places.first(where: { $0 < 0 || $0 >= count })
    else { return nil }
    return "an exit is asked for after block \(place); the blocks are numbered 0 to \(count - 1)"
  }
}
