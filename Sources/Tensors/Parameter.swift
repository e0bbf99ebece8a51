/// A tensor that training changes: weights, biases, scales and shifts.
///
/// Its identity is the object's: gradients are looked up by it. Convolution weights are O×I×H×W
/// (out, in per group, kernel height, kernel width), dense weights out×in, as in PyTorch's files.
public final class Parameter {
  public let name: String
  public var value: Tensor {
    didSet { if value.shape != shape { Reshaping.note() } }
  }
  /// The shape that it was made with.
  package let shape: Shape
  /// Whether optimisers may change it.
  public var isTrainable: Bool

  public init(_ value: Tensor, name: String, isTrainable: Bool = true) {
    self.name = name
    self.value = value
    self.isTrainable = isTrainable
    shape = value.shape
  }
}
