public import Tensors

/// What a layer gets beside its input: its parameters and statistics, whether it is being trained,
/// and its inner layers.
public struct LayerContext {
  let node: LayerNode
  let execution: Execution
  /// True while the part of the network that the layer belongs to is being trained.
  ///
  /// A frozen layer computes as in evaluation: no dropout, and running statistics are used and
  /// left alone.
  public let isTraining: Bool

  /// The source of randomness, for dropout and the like.
  public var random: Random {
    get { execution.random }
    nonmutating _modify { yield &execution.random }
  }

  /// The value of a parameter that the layer declared, recorded for gradients where it is trained.
  ///
  /// - Throws: ``NetworkError`` if the layer did not declare it.
  public func parameter(_ name: String) throws -> Tensor {
    guard let tensor = optionalParameter(name) else {
      throw NetworkError(
        "\(node.layer), \(node.path), asks for a parameter \"\(name)\" and declares "
          + (node.parameters.isEmpty ? "none" : "\(node.parameters.map(\.name))"))
    }
    return tensor
  }

  /// The value of a parameter, or `nil` if the layer did not declare it.
  public func optionalParameter(_ name: String) -> Tensor? {
    guard let slot = node.parameters.first(where: { $0.name == name }) else { return nil }
    let parameter = slot.parameter
    guard isTraining, parameter.isTrainable, let tape = execution.tape else {
      return parameter.value
    }
    return tape.watch(parameter)
  }

  /// The running statistics that the layer declared.
  public func statistics() throws -> BatchStatistics {
    guard let statistics = node.statistics else {
      throw NetworkError(
        "\(node.layer), \(node.path), asks for running statistics and declares none")
    }
    return statistics
  }

  /// Whether the layer declared an inner layer of this name.
  public func has(_ name: String) -> Bool {
    node.child(name) != nil
  }

  /// What an inner layer of this name gets.
  func inner(_ name: String) throws -> LayerContext {
    LayerContext(node: try child(name), execution: execution, isTraining: isTraining)
  }

  private func child(_ name: String) throws -> LayerNode {
    guard let child = node.child(name) else {
      throw NetworkError(
        "\(node.layer), \(node.path), runs an inner layer \"\(name)\" and declares "
          + "\(node.children.map(\.name))")
    }
    return child
  }

  /// Runs an inner layer that was declared with ``LayerSite/inner(_:_:on:isNormalizedNext:)``.
  ///
  /// - Parameters:
  ///   - addend: what is added to the layer's output; after a ``BatchNorm`` in the same pass.
  ///   - relu: whether a rectifier follows at the end; after a ``BatchNorm`` in the same pass.
  public func run(
    _ name: String, _ input: Tensor, adding addend: Tensor? = nil, relu: Bool = false
  ) throws -> Tensor {
    try run(child(name), input, adding: addend, relu: relu)
  }

  /// Runs the inner layers that were declared with ``LayerSite/sequence(_:on:)``, in order.
  public func runSequence(_ input: Tensor) throws -> Tensor {
    try run(sequence: node.children[...], input)
  }

  /// Runs inner branches on one input, each of which begins with a convolution of 1×1 windows
  /// without a bias; these read the input together.
  func run(branches names: [String], _ input: Tensor) throws -> [Tensor] {
    let branches = try names.map(inner)
    let weights = try branches.map { branch in
      try LayerContext(
        node: branch.node.children[0], execution: execution, isTraining: isTraining
      ).parameter("weight")
    }
    return try zip(branches, input.convolved(together: weights)).map { branch, narrow in
      try branch.run(sequence: branch.node.children.dropFirst(), narrow)
    }
  }

  /// Runs nodes in order; a rectifier directly after a normalisation is done in the same pass.
  func run(sequence nodes: ArraySlice<LayerNode>, _ input: Tensor) throws -> Tensor {
    var features = input
    var index = nodes.startIndex
    while index < nodes.endIndex {
      (features, index) = try step(nodes, index, features)
    }
    return features
  }

  /// The same where the value between nodes may be several scales.
  func run(scales nodes: ArraySlice<LayerNode>, _ inputs: [Tensor]) throws -> [Tensor] {
    var features = inputs
    var index = nodes.startIndex
    while index < nodes.endIndex {
      if let layer = nodes[index].multiScale {
        let node = nodes[index]
        let context = LayerContext(node: node, execution: execution, isTraining: isTraining)
        features = try layer.forward(features, context)
        index += 1
      } else {
        (features[0], index) = try step(nodes, index, features[0])
      }
    }
    return features
  }

  private func step(
    _ nodes: ArraySlice<LayerNode>, _ index: Int, _ input: Tensor
  ) throws -> (Tensor, Int) {
    let node = nodes[index]
    let isFused =
      node.layer is BatchNorm && index + 1 < nodes.endIndex && nodes[index + 1].layer is ReLU
    return (try run(node, input, relu: isFused), index + (isFused ? 2 : 1))
  }

  private func run(
    _ child: LayerNode, _ input: Tensor, adding addend: Tensor? = nil, relu: Bool
  ) throws -> Tensor {
    let context = LayerContext(node: child, execution: execution, isTraining: isTraining)
    if let norm = child.layer as? BatchNorm {
      return try norm.normalized(input, context, adding: addend, relu: relu)
    }
    if let addend, !relu, let output = try child.forward(input, context, adding: addend) {
      return output
    }
    let output = try child.layer.forward(input, context)
    if let addend { return try output.adding(addend, relu: relu) }
    return relu ? try output.relu() : output
  }
}

/// One forward pass: the tape that records it, and its randomness.
final class Execution {
  let tape: Tape?
  var random: Random

  init(tape: Tape?, random: Random) {
    self.tape = tape
    self.random = random
  }
}
