public import Tensors

extension Network {
  /// RANet for CIFAR: sub-networks on ever finer resolutions, the coarsest first, so that an easy image
  /// leaves before its details are looked at.
  ///
  /// Sub-network i has `blocks` + i·`step` blocks; those that the one before it has too take its
  /// features up, and each of the others ends in an exit: two 3×3 convolutions with stride 2, 2×2
  /// average pooling, a dense layer. The defaults are the smallest model of the paper, with 6 exits.
  /// Yang et al., *Resolution adaptive networks for efficient inference*, CVPR 2020,
  /// arXiv:2003.07326, sections 3.3 and 4.1.
  ///
  /// - Parameters:
  ///   - blocks: the number of blocks of the coarsest sub-network, and of its exits.
  ///   - step: how many blocks, and exits, each next one has more.
  ///   - layers: the number of layers of a block.
  ///   - isGrowing: whether block k has k times as many layers.
  ///   - width: the channels of the finest resolution at the beginning.
  ///   - growth: the channels that a layer of the finest sub-network adds.
  ///   - factors: how many times as many the sub-networks have, the coarsest first; so wide are their
  ///     bottlenecks, too.
  ///   - headWidth: the channels of the convolutions in an exit.
  public static func raNet(
    input: Shape = [32, 32, 3], classes: Int = 10, blocks: Int = 2, step: Int = 2,
    layers: Int = 4, isGrowing: Bool = false, width: Int = 16, growth: Int = 6,
    factors: [Int] = [4, 2, 1], headWidth: Int = 128
  ) -> Network {
    let net = RANet(
      classes: classes, blocks: blocks, step: step, layers: layers, isGrowing: isGrowing,
      width: width, growth: growth, factors: factors, headWidth: headWidth)
    return Network(input: input, classes: classes, name: "RANet") { net.elements }
  }
}

/// The pieces from which a RANet is put together.
private struct RANet {
  let classes: Int
  let blocks: Int, step: Int, layers: Int
  let isGrowing: Bool
  let width: Int, growth: Int
  let factors: [Int]
  let headWidth: Int

  @NetworkBuilder var elements: [Element] {
    if let problem {
      Impossible(problem: problem)
      Exit()
    } else {
      ResolutionStem(factors.reversed().map { width * $0 })
      for flow in factors.indices {
        for block in 1...count(flow) {
          self.block(flow, block)
          if block > count(flow - 1) {
            Exit(
              shrinking: "resolution \(flow + 1), block \(block)", width: headWidth,
              classes: classes)
          }
        }
      }
    }
  }

  /// The number of blocks of a sub-network; none before the first.
  private func count(_ flow: Int) -> Int { flow < 0 ? 0 : blocks + flow * step }

  /// The blocks of a sub-network, counted from 1, that end with a transition: they share it out evenly.
  private func parts(_ flow: Int) -> [Int] {
    (0..<flow).map { ($0 + 1) * count(flow) / (flow + 1) }
  }

  private func block(_ flow: Int, _ block: Int) -> ResolutionBlock {
    let earlier = (0..<flow).map(count)
    let fusion = ResolutionBlock.Fusion(
      bottleneck: factors[max(0, flow - 1)], halves: earlier.contains(block))
    return ResolutionBlock(
      layers: isGrowing ? layers * block : layers, growth: growth * factors[flow],
      bottleneck: factors[flow], fusion: block <= count(flow - 1) ? fusion : nil,
      reduction: parts(flow).contains(block) ? 0.5 : nil,
      waiting: factors.count - 1 - flow, begins: block == 1, isKept: flow + 1 < factors.count)
  }

  private var problem: String? {
    guard [blocks, step, layers].allSatisfy((1...100).contains) else {
      return
        "a RANet has 1 to 100 blocks, steps and layers, and got \(blocks), \(step) and \(layers)"
    }
    guard (1...8).contains(factors.count) else {
      return "a RANet has 1 to 8 resolutions, and got \(factors.count) factors"
    }
    guard ([width, growth] + factors).allSatisfy((1...Require.largest).contains) else {
      return
        "a RANet has a width, growth and factors of 1 or more, and got \(width), \(growth) and "
        + "\(factors)"
    }
    let total = factors.indices.reduce(0) { sum, flow in
      sum + (1...count(flow)).reduce(0) { $0 + (isGrowing ? layers * $1 : layers) }
    }
    return total <= 10_000 ? nil : "a RANet has at most 10,000 layers, and this would have \(total)"
  }
}
