public import Tensors

/// One layer after planning: its shapes, parameters, work and inner layers.
public struct LayerPlan: Sendable {
  /// The layer as described.
  public let layer: any Layer
  /// Its name within what holds it, such as `conv1`, or its index in a sequence.
  public let name: String
  /// The shape that goes in, without the batch axis.
  public let input: Shape
  /// The shape that comes out, without the batch axis.
  public let output: Shape
  /// The layer's own parameters, without those of the inner layers.
  public let parameters: [ParameterDeclaration]
  /// The layer's own running statistics.
  public let statistics: [StatisticsDeclaration]
  /// The layer's own work for one sample, without that of the inner layers.
  public let ownWork: Work
  /// The inner layers, in the order they were declared.
  public let children: [LayerPlan]

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

  /// Plans `layer` on `input`.
  init(
    _ layer: any Layer, name: String, input: Shape, isNormalizedNext: Bool = false
  ) throws(NetworkError) {
    var site = LayerSite()
    site.isNormalizedNext = isNormalizedNext
    do {
      output = try layer.output(for: input, at: &site)
    } catch {
      throw NetworkError.wrapping(error).inside(layer, on: input)
    }
    self.layer = layer
    self.name = name
    self.input = input
    parameters = site.parameters
    statistics = site.statistics
    ownWork = site.work
    children = site.children
    try checkOutput()
  }

  /// A user's shape rule may return anything.
  private func checkOutput() throws(NetworkError) {
    guard output.rank >= 1, output.dims.allSatisfy({ $0 >= 1 }) else {
      throw NetworkError(
        "its output would be \(output.rank == 0 ? "a shape without axes" : "\(output)"); "
          + "every side must be 1 or more"
      ).inside(layer, on: input)
    }
    do throws(NetworkError) {
      _ = try Require.product(output.dims)
    } catch {
      throw error.inside(layer, on: input)
    }
    let names = parameters.map(\.name) + children.map(\.name)
    guard Set(names).count == names.count else {
      throw NetworkError("it declares two things of the same name, among \(names)")
        .inside(layer, on: input)
    }
  }
}
