import Tensors

/// The blocks from which MobileNetV3 and EfficientNet are put together.
enum MobileNet {
  /// One line of MobileNetV3's tables.
  struct Block {
    let kernel: Int, expanded: Int, width: Int
    let squeezes: Bool
    let activation: Activation
    let stride: Int

    func layer(_ norm: BatchNorm) -> InvertedBottleneck {
      let squeeze = SqueezeExcite(rounded(Double(expanded / 4)), gate: .hardSigmoid)
      return InvertedBottleneck(
        width, expanded: expanded, kernel: kernel, stride: stride,
        squeeze: squeezes ? squeeze : nil, activation: activation, norm: norm)
    }
  }

  static let small = [
    Block(kernel: 3, expanded: 16, width: 16, squeezes: true, activation: .relu, stride: 2),
    Block(kernel: 3, expanded: 72, width: 24, squeezes: false, activation: .relu, stride: 2),
    Block(kernel: 3, expanded: 88, width: 24, squeezes: false, activation: .relu, stride: 1),
    Block(kernel: 5, expanded: 96, width: 40, squeezes: true, activation: .hardSwish, stride: 2),
    Block(kernel: 5, expanded: 240, width: 40, squeezes: true, activation: .hardSwish, stride: 1),
    Block(kernel: 5, expanded: 240, width: 40, squeezes: true, activation: .hardSwish, stride: 1),
    Block(kernel: 5, expanded: 120, width: 48, squeezes: true, activation: .hardSwish, stride: 1),
    Block(kernel: 5, expanded: 144, width: 48, squeezes: true, activation: .hardSwish, stride: 1),
    Block(kernel: 5, expanded: 288, width: 96, squeezes: true, activation: .hardSwish, stride: 2),
    Block(kernel: 5, expanded: 576, width: 96, squeezes: true, activation: .hardSwish, stride: 1),
    Block(kernel: 5, expanded: 576, width: 96, squeezes: true, activation: .hardSwish, stride: 1),
  ]

  static let large = [
    Block(kernel: 3, expanded: 16, width: 16, squeezes: false, activation: .relu, stride: 1),
    Block(kernel: 3, expanded: 64, width: 24, squeezes: false, activation: .relu, stride: 2),
    Block(kernel: 3, expanded: 72, width: 24, squeezes: false, activation: .relu, stride: 1),
    Block(kernel: 5, expanded: 72, width: 40, squeezes: true, activation: .relu, stride: 2),
    Block(kernel: 5, expanded: 120, width: 40, squeezes: true, activation: .relu, stride: 1),
    Block(kernel: 5, expanded: 120, width: 40, squeezes: true, activation: .relu, stride: 1),
    Block(kernel: 3, expanded: 240, width: 80, squeezes: false, activation: .hardSwish, stride: 2),
    Block(kernel: 3, expanded: 200, width: 80, squeezes: false, activation: .hardSwish, stride: 1),
    Block(kernel: 3, expanded: 184, width: 80, squeezes: false, activation: .hardSwish, stride: 1),
    Block(kernel: 3, expanded: 184, width: 80, squeezes: false, activation: .hardSwish, stride: 1),
    Block(kernel: 3, expanded: 480, width: 112, squeezes: true, activation: .hardSwish, stride: 1),
    Block(kernel: 3, expanded: 672, width: 112, squeezes: true, activation: .hardSwish, stride: 1),
    Block(kernel: 5, expanded: 672, width: 160, squeezes: true, activation: .hardSwish, stride: 2),
    Block(kernel: 5, expanded: 960, width: 160, squeezes: true, activation: .hardSwish, stride: 1),
    Block(kernel: 5, expanded: 960, width: 160, squeezes: true, activation: .hardSwish, stride: 1),
  ]

  /// EfficientNet's stages: expansion, kernel, stride, width, number of blocks.
  private static let stages = [
    (1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4), (6, 3, 1, 320, 1),
  ]

  static func efficient(width: Double, depth: Double, depthRate: Float) -> [InvertedBottleneck] {
    let counts = stages.map { Int((Double($0.4) * depth).rounded(.up)) }
    let total = counts.reduce(0, +)
    var blocks: [InvertedBottleneck] = []
    var input = rounded(32 * width)
    for (stage, count) in zip(stages, counts) {
      let output = rounded(Double(stage.3) * width)
      for block in 0..<count {
        blocks.append(
          InvertedBottleneck(
            output, expanded: rounded(Double(input * stage.0)), kernel: stage.1,
            stride: block == 0 ? stage.2 : 1,
            squeeze: SqueezeExcite(max(1, input / 4), activation: .silu), activation: .silu,
            depthRate: depthRate * Float(blocks.count) / Float(total)))
        input = output
      }
    }
    return blocks
  }

  /// The blocks with exits behind some of them, never behind the last.
  @NetworkBuilder static func elements(
    _ blocks: [InvertedBottleneck], exits: [Int]?
  ) -> [Element] {
    if let problem = Impossible.problem("the network", blocks: blocks.count, exits: exits) {
      Impossible(problem: problem)
    }
    for (index, block) in blocks.enumerated() {
      block
      if index + 1 < blocks.count,
        exits?.contains(index + 1) ?? (blocks[index + 1].stride > 1)
      {
        Exit("block \(index + 1)")
      }
    }
  }

  /// The nearest multiple of 8, not more than a tenth below: the paper's rule for widths.
  static func rounded(_ value: Double) -> Int {
    let nearest = max(8, Int(value + 4) / 8 * 8)
    return Double(nearest) < 0.9 * value ? nearest + 8 : nearest
  }
}
