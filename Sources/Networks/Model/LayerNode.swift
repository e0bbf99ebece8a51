import Tensors

/// A layer of a model: the description beside the numbers it declared.
///
/// Nodes mirror ``LayerPlan``: inner layers are found by name, a handful at most, so a plain search
/// is faster than a dictionary.
final class LayerNode {
  let layer: any Layer
  /// The layer again, if it works on several scales.
  let multiScale: (any MultiScaleLayer)?
  let name: String
  /// The dotted name from the top, such as `layers.3.conv1`.
  let path: String
  let parameters: [Slot]
  let statistics: BatchStatistics?
  let children: [LayerNode]
  /// The shapes that come out, without the batch axis.
  let outputs: [Shape]
  /// The channels that each output will have once the layers behind have put theirs beside it.
  private var rooms: [Int] = []

  /// A parameter and its name within the layer.
  struct Slot {
    let name: String
    let initial: Initialization
    let parameter: Parameter
  }

  /// Makes the node and everything inside it, with initial values drawn from `seed`.
  init(_ plan: LayerPlan, path: String, seed: UInt64) throws {
    layer = plan.layer
    multiScale = plan.layer as? any MultiScaleLayer
    name = plan.name
    outputs = plan.outputs
    self.path = path
    parameters = try plan.parameters.map { declared in
      let name = "\(path).\(declared.name)"
      let value = try declared.initial.tensor(declared.shape, name: name, seed: seed)
      return Slot(
        name: declared.name, initial: declared.initial,
        parameter: Parameter(value, name: name, isTrainable: declared.isTrainable))
    }
    statistics = plan.statistics.first.map { declared in
      BatchStatistics(
        channels: declared.channels, momentum: declared.momentum, epsilon: declared.epsilon)
    }
    children = try plan.children.map { child in
      try LayerNode(child, path: "\(path).\(child.name)", seed: seed)
    }
  }

  /// The layer's output with `addend` added in the same pass; `nil` if the layer has no such pass.
  func forward(_ input: Tensor, _ context: LayerContext, adding addend: Tensor) throws -> Tensor? {
    switch layer {
    case let layer as Dense: try layer.forward(input, context, adding: addend)
    case let layer as SelfAttention: try layer.forward(input, context, adding: addend)
    case let layer as MLP: try layer.forward(input, context, adding: addend)
    default: nil
    }
  }

  /// The channels of an output, and those that the layers behind put beside it.
  func room(_ output: Int) -> Int {
    rooms.indices.contains(output) ? rooms[output] : outputs[output][-1]
  }

  /// Says to each of the layers in a row how far its outputs grow.
  static func makeRoom(in nodes: [LayerNode]) {
    var next: [Int] = []
    for node in nodes.reversed() {
      guard node.layer is MultiScaleStep else {
        next = []
        continue
      }
      // The coarsest scale is the last of both.
      let missing = node.outputs.count - next.count
      node.rooms = node.outputs.indices.map {
        $0 < missing ? node.outputs[$0][-1] : next[$0 - missing]
      }
      next = node.rooms
    }
  }

  func child(_ name: String) -> LayerNode? {
    children.first { $0.name == name }
  }

  /// The parameters here and inside, in the order of declaration.
  var allParameters: [Parameter] {
    parameters.map(\.parameter) + children.flatMap(\.allParameters)
  }

  /// The running statistics here and inside, with the dotted name of the layer they belong to.
  var allStatistics: [(name: String, BatchStatistics)] {
    (statistics.map { [(path, $0)] } ?? []) + children.flatMap(\.allStatistics)
  }

  /// Draws every initial value here and inside anew.
  func reinitialize(seed: UInt64) throws {
    for slot in parameters {
      let parameter = slot.parameter
      parameter.value = try slot.initial.tensor(
        parameter.value.shape, name: parameter.name, seed: seed)
    }
    if let statistics {
      statistics.mean = .zeros(statistics.mean.shape)
      statistics.variance = .ones(statistics.variance.shape)
    }
    for child in children { try child.reinitialize(seed: seed) }
  }
}

extension Initialization {
  /// Values for the parameter `name`.
  ///
  /// Each parameter draws from a stream of its own, found by its name: adding an exit to a network
  /// leaves the initial values of everything else as they were.
  func tensor(_ shape: Shape, name: String, seed: UInt64) throws -> Tensor {
    var random = Random(seed: seed).split(Self.hash(name))
    switch self {
    case .constant(let value): return Tensor.filled(value, shape: shape)
    case .normal(let deviation):
      return Tensor.normal(shape: shape, mean: 0, deviation: deviation, using: &random)
    case .uniform(let range):
      return Tensor.uniform(shape: shape, in: range, using: &random)
    case .orthogonal(let scale): return .orthogonal(shape, scale: scale, using: &random)
    case .waves: return .waves(shape)
    }
  }

  /// FNV-1a, 64 bits: the same in every process, unlike `Hasher`.
  private static func hash(_ name: String) -> UInt64 {
    name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
  }
}
