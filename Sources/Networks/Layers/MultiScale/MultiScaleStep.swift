public import Tensors

/// MSDNet's layer: every scale gets new channels from itself and from the next finer scale, put
/// beside those it has.
///
/// With g the growth, fₛ the factor and bₛ the bottleneck factor of scale s: the finest scale gets
/// g·f₀ channels from itself; every other gets half of its g·fₛ from itself and half, with
/// stride 2, from the finer one. New channels come from a 1×1 convolution to at most bₛ times as
/// many, then a 3×3 one, each with batch normalisation and ReLU. Where scales are dropped, the
/// finest one that stays still takes from the last that goes.
/// Huang et al., *Multi-scale dense networks*, ICLR 2018, arXiv:1703.09844, section 4 and figure 2.
public struct MultiScaleStep: MultiScaleLayer {
  /// New channels of the finest scale.
  public let growth: Int
  /// How many times the growth each scale gets, the finest of the whole network first.
  public let factors: [Int]
  /// How many times its output a bottleneck is wide, by the scale it reads; the factors unless given.
  public let bottleneck: [Int]?
  /// The number of scales that stay, from the coarsest on; all unless given.
  public let scales: Int?

  /// A step that adds `growth · factors[s]` channels to scale s.
  public init(growth: Int, factors: [Int], bottleneck: [Int]? = nil, scales: Int? = nil) {
    self.growth = growth
    self.factors = factors
    self.bottleneck = bottleneck
    self.scales = scales
  }

  public func outputs(for inputs: [Shape], at site: inout LayerSite) throws -> [Shape] {
    try check(inputs)
    return try kept(of: inputs.count).map { scale in
      var width = inputs[scale][2]
      for source in sources(of: scale, among: inputs.count) {
        let branch = branch(from: source, to: scale, inputs)
        let added = try site.inner("\(scale).\(source)", branch, on: inputs[source])
        guard added.dims.dropLast() == inputs[scale].dims.dropLast() else {
          throw NetworkError(
            "scale \(source) gives \(added) at half its size, and scale \(scale) is "
              + "\(inputs[scale])")
        }
        width += added[2]
      }
      return [inputs[scale][0], inputs[scale][1], width]
    }
  }

  public func forward(_ inputs: [Tensor], _ context: LayerContext) throws -> [Tensor] {
    let kept = kept(of: inputs.count)
    var added = kept.map { _ in [Tensor]() }
    // What reads one scale begins together; each scale gets what comes from the finer one first.
    for source in inputs.indices {
      let readers = kept.filter { sources(of: $0, among: inputs.count).contains(source) }
      let values = try context.run(
        branches: readers.map { "\($0).\(source)" }, inputs[source])
      for (reader, value) in zip(readers, values) { added[reader - kept.lowerBound].append(value) }
    }
    // After all that reads the inputs, so that on the way back their gradients begin here, with all
    // their channels, and the others join them in place.
    return try zip(kept, added).map { scale, added in
      try Tensor.appended(
        [inputs[scale]] + added, room: context.node.room(scale - kept.lowerBound))
    }
  }

  public var description: String {
    var text = "MultiScaleStep(growth: \(growth), factors: \(factors)"
    if let bottleneck { text += ", bottleneck: \(bottleneck)" }
    if let scales { text += ", scales: \(scales)" }
    return text + ")"
  }
}

extension MultiScaleStep {
  /// The scales that stay, as indices into those that come in.
  func kept(of count: Int) -> Range<Int> { (count - (scales ?? count))..<count }

  /// The scales that `scale` takes from, the finer first, as indices into those that come in.
  func sources(of scale: Int, among count: Int) -> [Int] {
    scale == 0 ? [0] : [scale - 1, scale]
  }

  private func branch(from source: Int, to scale: Int, _ inputs: [Shape]) -> Branch {
    let first = factors.count - inputs.count
    let total = growth * factors[first + scale]
    let width = scale == 0 ? total : total / 2
    let limit = (bottleneck ?? factors)[first + source] * width
    let narrow = Normalized(min(inputs[source][2], limit), kernel: 1)
    let wide = Normalized(width, kernel: 3, stride: source == scale ? 1 : 2)
    return Branch(narrow.layers + wide.layers)
  }

  private func check(_ inputs: [Shape]) throws(NetworkError) {
    for input in inputs { try Require.image(input.dims, "\(input)") }
    try Require.positive(growth, "its growth")
    for factor in factors + (bottleneck ?? []) { try Require.positive(factor, "a factor") }
    guard inputs.count <= factors.count, bottleneck.map({ $0.count == factors.count }) ?? true
    else {
      throw NetworkError(
        "it gets \(inputs.count) scales, and has \(factors.count) factors and "
          + "\((bottleneck ?? factors).count) bottleneck factors; give one per scale")
    }
    guard scales.map({ (1...inputs.count).contains($0) }) ?? true else {
      throw NetworkError("\(scales ?? 0) of \(inputs.count) scales cannot stay")
    }
    guard inputs.count == 1 || factors.dropFirst().allSatisfy({ growth * $0 >= 2 }) else {
      throw NetworkError("half of its growth of \(growth) is no channel; make it larger")
    }
  }
}
