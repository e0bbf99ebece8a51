public import Tensors

/// Branches that all see the same input and whose outputs are joined.
///
/// ```swift
/// Parallel {                                  // an inception-like block: 16 + 32 channels
///   Branch { Conv(16, kernel: 1); ReLU() }
///   Branch { Conv(32, kernel: 3); ReLU() }
/// }
/// Parallel(.sum) { Branch(); Branch { Conv(16, kernel: 3); BatchNorm() } }
/// ```
public struct Parallel: Layer {
  /// How the outputs of branches become one.
  public enum Joining: String, Hashable, Sendable, Codable, CaseIterable {
    /// Side by side along the channels; heights and widths must agree.
    case concatenation
    /// Added element by element; shapes must agree.
    case sum
  }

  /// How the branches' outputs become one.
  public let joining: Joining
  /// The branches; a layer on its own is a branch of one.
  public let branches: [AnyLayer]

  /// Runs each branch on the same input and joins the outputs.
  public init(
    _ joining: Joining = .concatenation, @LayerBuilder _ branches: () -> [AnyLayer]
  ) {
    self.joining = joining
    self.branches = branches()
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    guard !branches.isEmpty else {
      throw NetworkError("it has no branches; write at least one, as in Branch { ReLU() }")
    }
    var shapes: [Shape] = []
    for (index, branch) in branches.enumerated() {
      shapes.append(try site.inner(String(index), branch.layer, on: input))
    }
    return try joinedShape(shapes)
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    let outputs = try branches.indices.map { try context.run(String($0), input) }
    guard joining == .sum else {
      return outputs.count == 1
        ? outputs[0] : try Tensor.concatenated(outputs, axis: outputs[0].shape.rank - 1)
    }
    return try outputs.dropFirst().reduce(outputs[0]) { try $0.adding($1, relu: false) }
  }

  private func joinedShape(_ shapes: [Shape]) throws(NetworkError) -> Shape {
    let first = shapes[0].dims
    let agree =
      joining == .sum
      ? shapes.allSatisfy { $0 == shapes[0] }
      : shapes.allSatisfy { $0.rank == first.count && $0.dims.dropLast() == first.dropLast() }
    guard agree else {
      let list = shapes.map(\.description).joined(separator: " and ")
      throw NetworkError(
        joining == .sum
          ? "its branches give \(list), and only equal shapes can be added"
          : "its branches give \(list), and only images of the same height and width can be "
            + "put side by side")
    }
    guard joining == .concatenation else { return shapes[0] }
    return Shape(first.dropLast() + [shapes.reduce(0) { $0 + $1[$1.rank - 1] }])
  }

  public var description: String {
    let how = joining == .sum ? "(.sum)" : ""
    return "Parallel\(how) { \(branches.map(\.description).joined(separator: "; ")) }"
  }
}

/// Layers one after the other, as one: a branch of ``Parallel``.
///
/// Empty, it passes its input on.
public struct Branch: Layer {
  /// The layers in order.
  public let layers: [AnyLayer]

  /// A branch of the given layers.
  public init(@LayerBuilder _ layers: () -> [AnyLayer]) {
    self.layers = layers()
  }

  /// A branch that passes its input on.
  public init() {
    layers = []
  }

  init(_ layers: [AnyLayer]) {
    self.layers = layers
  }

  public func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    try site.sequence(layers, on: input)
  }

  public func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try context.runSequence(input)
  }

  public var description: String {
    layers.isEmpty
      ? "Branch()" : "Branch { \(layers.map(\.description).joined(separator: "; ")) }"
  }
}
