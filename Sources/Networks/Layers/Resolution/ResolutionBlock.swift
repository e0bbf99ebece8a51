public import Tensors

/// A block of a RANet's sub-network: dense layers, which may take up what the sub-network before it
/// found at a coarser resolution.
///
/// Each layer puts `growth` new channels beside its input: a 1×1 convolution to at most `bottleneck`
/// times as many, then a 3×3 one. With ``fusion``, a share of the new channels comes from the
/// features of the same layer of the sub-network before, brought to the size here by bilinear
/// interpolation, and a share more is added behind the last layer. A transition may end the block.
///
/// Between blocks flow, in this order: the resolutions whose sub-networks have not begun, the features
/// of the sub-network before that are still to be taken up, those of this one that the next will
/// take up, and the value that the next exit sees.
///
/// Yang et al., *Resolution adaptive networks for efficient inference*, CVPR 2020, arXiv:2003.07326,
/// section 3.3 and figure 4.
public struct ResolutionBlock: MultiScaleLayer {
  /// How a block takes up the features of the sub-network before it.
  public struct Fusion: Hashable, Codable, Sendable {
    /// The part of the new channels that comes from those features.
    public let share: Double
    /// How many times its output the bottleneck on those features is wide.
    public let bottleneck: Int
    /// Whether the last layer halves the resolution, so that it becomes that of the features.
    public let halves: Bool

    /// A fusion.
    public init(share: Double = 0.25, bottleneck: Int, halves: Bool) {
      (self.share, self.bottleneck, self.halves) = (share, bottleneck, halves)
    }
  }

  /// The number of layers.
  public let layers: Int
  /// The channels that a layer adds.
  public let growth: Int
  /// How many times its output a bottleneck is wide.
  public let bottleneck: Int
  /// How the sub-network before is taken up, if it is.
  public let fusion: Fusion?
  /// The part of the channels that the transition at the end leaves, if there is one.
  public let reduction: Double?
  /// The number of resolutions whose sub-networks have not begun, this one's not counted.
  public let waiting: Int
  /// Whether the block begins its sub-network.
  public let begins: Bool
  /// Whether the next sub-network takes its features up.
  public let isKept: Bool

  /// A block.
  public init(
    layers: Int, growth: Int, bottleneck: Int, fusion: Fusion? = nil, reduction: Double? = nil,
    waiting: Int, begins: Bool, isKept: Bool
  ) {
    (self.layers, self.growth, self.bottleneck) = (layers, growth, bottleneck)
    (self.fusion, self.reduction) = (fusion, reduction)
    (self.waiting, self.begins, self.isKept) = (waiting, begins, isKept)
  }

  public func outputs(for inputs: [Shape], at site: inout LayerSite) throws -> [Shape] {
    try check(inputs.count)
    for input in inputs { try Require.image(input.dims, "\(input)") }
    let flow = Flow(inputs, self)
    var value = flow.value
    var features = [value]
    for layer in 0..<layers {
      value = try declare(layer, value, flow.taken, &site)
      features.append(value)
    }
    if let fusion {
      let last = flow.taken[layers]
      let width = Int(Double(value[2]) * fusion.share)
      let narrow = Normalized(width, kernel: 1).branch
      _ = try site.inner("last", narrow, on: last)
      value[2] += width
    }
    if let reduction {
      let narrow = Normalized(Int(reduction * Double(value[2])), kernel: 1).branch
      value = try site.inner("transition", narrow, on: value)
    }
    return flow.next(features, value)
  }

  public func forward(_ inputs: [Tensor], _ context: LayerContext) throws -> [Tensor] {
    let flow = Flow(inputs, self)
    var value = flow.value
    var features = [value]
    for layer in 0..<layers {
      value = try run(layer, value, flow.taken, context)
      features.append(value)
    }
    if fusion != nil {
      let last = try context.run("last", flow.taken[layers])
      value = try .concatenated([value, last.resized(as: value.shape)])
    }
    if reduction != nil { value = try context.run("transition", value) }
    return flow.next(features, value)
  }

  public var description: String {
    var text = "ResolutionBlock(layers: \(layers), growth: \(growth), bottleneck: \(bottleneck)"
    if let fusion {
      text +=
        ", fusion: \(fusion.share) through \(fusion.bottleneck)\(fusion.halves ? ", halved" : "")"
    }
    if let reduction { text += ", reduction: \(reduction)" }
    return text + ")"
  }
}

// MARK: One layer
extension ResolutionBlock {
  /// The channels that layer takes from the sub-network before it.
  private var fused: Int { fusion.map { Int(Double(growth) * $0.share) } ?? 0 }

  private func stride(_ layer: Int) -> Int {
    layer == layers - 1 && fusion?.halves == true ? 2 : 1
  }

  private func declare(
    _ layer: Int, _ value: Shape, _ taken: [Shape], _ site: inout LayerSite
  ) throws(NetworkError) -> Shape {
    if let fusion {
      let branch = Self.bottleneck(fused, on: taken[layer], fusion.bottleneck, stride: 1)
      _ = try site.inner("\(layer).up", branch, on: taken[layer])
    }
    let branch = Self.bottleneck(growth - fused, on: value, bottleneck, stride: stride(layer))
    let added = try site.inner("\(layer).own", branch, on: value)
    return [added[0], added[1], value[2] + growth]
  }

  private func run(
    _ layer: Int, _ value: Tensor, _ taken: [Tensor], _ context: LayerContext
  ) throws -> Tensor {
    let added = try context.run("\(layer).own", value)
    guard fusion != nil else { return try .concatenated([value, added]) }
    let up = try context.run("\(layer).up", taken[layer])
    return try .concatenated([
      value.resized(as: added.shape), up.resized(as: added.shape), added,
    ])
  }

  private static func bottleneck(
    _ width: Int, on input: Shape, _ factor: Int, stride: Int
  ) -> Branch {
    let narrow = Normalized(min(input[2], factor * width), kernel: 1)
    return Branch(narrow.layers + Normalized(width, kernel: 3, stride: stride).layers)
  }

  private func check(_ count: Int) throws(NetworkError) {
    try Require.positive(layers, "its number of layers")
    try Require.positive(growth, "its growth")
    try Require.positive(bottleneck, "its bottleneck")
    try Require.notNegative(waiting, "its number of waiting resolutions")
    if let reduction, !(reduction > 0 && reduction <= 1) {
      throw NetworkError("its reduction is \(reduction); it must be above 0 and at most 1")
    }
    if let fusion {
      guard fusion.share > 0, fusion.share < 1, fused > 0 else {
        throw NetworkError(
          "a share of \(fusion.share) of its growth of \(growth) is no channel, or all of them")
      }
    }
    let needed = waiting + 1 + (fusion == nil ? 0 : layers + (begins ? 2 : 1))
    guard count >= needed else {
      throw NetworkError("it takes \(needed) values or more, and gets \(count)")
    }
  }
}

/// What flows into a block, apart.
private struct Flow<Value> {
  let waiting: [Value]
  /// What the block takes up.
  let taken: [Value]
  /// What later blocks take up, of the sub-network before and of this one.
  let passed: [Value]
  let value: Value
  private let isKept: Bool

  init(_ inputs: [Value], _ block: ResolutionBlock) {
    waiting = Array(inputs[..<block.waiting])
    // At its beginning a sub-network reads its own resolution; the value that the exit saw goes.
    value = block.begins ? inputs[block.waiting] : inputs[inputs.count - 1]
    let start = block.waiting + (block.begins ? 1 : 0)
    let isFirst = block.begins && inputs.count == start
    let features = isFirst ? [] : Array(inputs[start..<inputs.count - 1])
    let count = block.fusion == nil ? 0 : min(block.layers + 1, features.count)
    taken = Array(features[..<count])
    passed = Array(features[count...])
    isKept = block.isKept
  }

  func next(_ features: [Value], _ value: Value) -> [Value] {
    waiting + passed + (isKept ? features : []) + [value]
  }
}

extension Tensor {
  /// With the height and width of another shape; corner pixels lie on each other.
  fileprivate func resized(as other: Shape) throws -> Tensor {
    guard shape[1] != other[1] || shape[2] != other[2] else { return self }
    return try resized(height: other[1], width: other[2], aligningCorners: true)
  }
}
