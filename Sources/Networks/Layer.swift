public import Tensors

/// A part of a network: what shape it makes of its input, and how it computes it.
///
/// Every built-in layer is a struct that conforms to this protocol, and so can yours, in a cell:
///
/// ```swift
/// struct Mix: Layer {                      // adds a learned mixture of the channels
///   func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
///     site.parameter("weight", [input[2], input[2], 1, 1], .zeros)
///     site.work.products = input.count * input[2]
///     return input
///   }
///   func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
///     try input.adding(input.convolved(with: context.parameter("weight")), relu: false)
///   }
/// }
/// ```
///
/// A layer is a description: a small value without parameters of its own. It *declares* what it
/// needs in `output(for:at:)`; the ``Model`` owns the numbers and hands them to `forward`. That
/// makes networks printable, comparable and storable, and their cost known before training.
public protocol Layer: Hashable, Codable, Sendable, CustomStringConvertible {
  /// The shape rule: what comes out for one `input`, without the batch axis.
  ///
  /// Declare parameters, running statistics, inner layers and work on `site`; throw a
  /// ``NetworkError`` with what is wrong if the layer cannot take the input.
  func output(for input: Shape, at site: inout LayerSite) throws -> Shape

  /// Computes the output for a batch: `input` has the batch axis first, images are N,H,W,C.
  func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor

  /// The name the layer is stored and listed under; the type's name unless you say otherwise.
  static var kind: String { get }
}

extension Layer {
  public static var kind: String { String(describing: Self.self) }

  public var description: String {
    let fields = Mirror(reflecting: self).children.map { child in
      child.label.map { "\($0): \(child.value)" } ?? "\(child.value)"
    }
    return "\(Self.kind)(\(fields.joined(separator: ", ")))"
  }
}
