public import Tensors

extension Network {
  /// MSDNet for CIFAR: dense layers on several scales at once, so that an early exit has coarse
  /// features too.
  ///
  /// Blocks of 1, 2, … layers, each followed by an exit on the coarsest scale: two 3×3 convolutions
  /// with stride 2, 2×2 average pooling, a dense layer. The finest scale is dropped after each
  /// third (for three scales) of the layers, where a 1×1 convolution halves the channels of the
  /// rest. Huang et al., *Multi-scale dense networks*, ICLR 2018, arXiv:1703.09844, section 5.
  ///
  /// - Parameters:
  ///   - blocks: the number of layers of each block; an exit follows each.
  ///   - width: the channels of the finest scale at the beginning.
  ///   - growth: the channels a layer adds to the finest scale.
  ///   - factors: how many times as many the other scales have, the finest first.
  ///   - headWidth: the channels of the convolutions in an exit.
  public static func msdNet(
    input: Shape = [32, 32, 3], classes: Int = 100, blocks: [Int] = [1, 2, 3, 4, 5, 6, 7],
    width: Int = 16, growth: Int = 6, factors: [Int] = [1, 2, 4], headWidth: Int = 128
  ) -> Network {
    let net = MSDNet(
      classes: classes, blocks: blocks, width: width, growth: growth, factors: factors,
      headWidth: headWidth)
    return Network(input: input, classes: classes, name: "MSDNet-\(blocks.count)") { net.elements }
  }
}

/// The pieces from which an MSDNet is put together.
private struct MSDNet {
  let classes: Int
  let blocks: [Int]
  let width: Int, growth: Int
  let factors: [Int]
  let headWidth: Int

  @NetworkBuilder var elements: [Element] {
    if let problem {
      Impossible(problem: problem)
      Exit()
    } else {
      MultiScaleStem(factors.map { width * $0 })
      for step in steps { layers(step) }
    }
  }

  /// One layer: the scales that stay, the channels a transition leaves (per unit of the factors),
  /// and the exit behind it.
  struct Step {
    let scales: Int
    let reduced: Int?
    let exit: Int?
  }

  private var steps: [Step] {
    let count = blocks.reduce(0, +)
    let span = (count + factors.count - 1) / factors.count
    let ends = blocks.indices.map { blocks[...$0].reduce(0, +) }
    var base = width
    return (1...count).map { layer in
      let before = factors.count - max(0, layer - 2) / span
      let after = factors.count - (layer - 1) / span
      base += growth
      if before > after { base /= 2 }
      return Step(
        scales: after, reduced: before > after ? base : nil, exit: ends.firstIndex(of: layer))
    }
  }

  @NetworkBuilder private func layers(_ step: Step) -> [Element] {
    MultiScaleStep(growth: growth, factors: factors, scales: step.scales)
    if let reduced = step.reduced {
      MultiScaleTransition(factors.suffix(step.scales).map { reduced * $0 })
    }
    if let exit = step.exit {
      Exit(shrinking: "block \(exit + 1)", width: headWidth, classes: classes)
    }
  }

  private var problem: String? {
    if !(1...100).contains(blocks.count) || !blocks.allSatisfy((1...100).contains) {
      return "an MSDNet has 1 to 100 blocks of 1 to 100 layers each, and got \(blocks)"
    }
    if !(1...8).contains(factors.count) || !factors.allSatisfy((1...Require.largest).contains) {
      return "an MSDNet has 1 to 8 scales with a factor of 1 or more each, and got \(factors)"
    }
    if ![width, growth].allSatisfy((1...Require.largest).contains) {
      return "an MSDNet has a width and a growth of 1 or more, and got \(width) and \(growth)"
    }
    return nil
  }
}
