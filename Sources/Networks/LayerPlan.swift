public import Tensors

/// One layer after planning: its shapes, parameters, work and inner layers.
public struct LayerPlan: Sendable {
  /// The layer as described.
  public let layer: any Layer
  /// Its name within what holds it, such as `conv1`, or its index in a sequence.
  public let name: String
  /// The shapes that go in, without the batch axis: one, or one per scale, the finest first.
  public let inputs: [Shape]
  /// The shapes that come out, without the batch axis: one, or one per scale, the finest first.
  public let outputs: [Shape]
  /// The layer's own parameters, without those of the inner layers.
  public let parameters: [ParameterDeclaration]
  /// The layer's own running statistics.
  public let statistics: [StatisticsDeclaration]
  /// The layer's own work for one sample, without that of the inner layers.
  public let ownWork: Work
  /// The inner layers, in the order they were declared.
  public let children: [LayerPlan]

  /// The shape that goes in; of several scales the coarsest.
  public var input: Shape { inputs[inputs.count - 1] }

  /// The shape that comes out; of several scales the coarsest.
  public var output: Shape { outputs[outputs.count - 1] }

  /// The kind of the layer, such as `Conv`.
  public var kind: String { type(of: layer).kind }

  /// The work for one sample, inner layers included.
  public var work: Work {
    children.reduce(ownWork) { $0 + $1.work }
  }

  /// The number of trained values, inner layers included.
  public var parameterCount: Int {
    children.reduce(parameters.reduce(0) { $0 + $1.shape.count }) { $0 + $1.parameterCount }
  }

  /// Plans `layer` on one input.
  init(
    _ layer: any Layer, name: String, input: Shape, isNormalizedNext: Bool = false
  ) throws(NetworkError) {
    try self.init(layer, name: name, inputs: [input], LayerSite(isNormalizedNext: isNormalizedNext))
  }

  /// Plans `layer` on the given scales.
  init(
    _ layer: any Layer, name: String, inputs: [Shape], _ start: LayerSite
  ) throws(NetworkError) {
    var site = start
    do {
      outputs = try Self.outputs(of: layer, for: inputs, at: &site)
    } catch {
      throw NetworkError.wrapping(error).inside(layer, on: inputs)
    }
    self.layer = layer
    self.name = name
    self.inputs = inputs
    parameters = site.parameters
    statistics = site.statistics
    ownWork = site.work
    children = site.children
    try checkOutput()
  }

  private static func outputs(
    of layer: any Layer, for inputs: [Shape], at site: inout LayerSite
  ) throws -> [Shape] {
    if let layer = layer as? any MultiScaleLayer {
      let outputs = try layer.outputs(for: inputs, at: &site)
      guard !outputs.isEmpty else { throw NetworkError("it gives no scale at all") }
      return outputs
    }
    guard inputs.count == 1 else {
      throw NetworkError(
        "it works on one value, and gets \(inputs.count) scales; between multi-scale layers only "
          + "an exit can stand, which sees the coarsest")
    }
    return [try layer.output(for: inputs[0], at: &site)]
  }

  /// A user's shape rule may return anything.
  private func checkOutput() throws(NetworkError) {
    for output in outputs { try check(output) }
    let names = parameters.map(\.name) + children.map(\.name)
    guard Set(names).count == names.count else {
      throw NetworkError("it declares two things of the same name, among \(names)")
        .inside(layer, on: inputs)
    }
  }

  private func check(_ output: Shape) throws(NetworkError) {
    guard output.rank >= 1, output.dims.allSatisfy({ $0 >= 1 }) else {
      throw NetworkError(
        "its output would be \(output.rank == 0 ? "a shape without axes" : "\(output)"); "
          + "every side must be 1 or more"
      ).inside(layer, on: inputs)
    }
    do throws(NetworkError) {
      _ = try Require.product(output.dims)
    } catch {
      throw error.inside(layer, on: inputs)
    }
  }
}
