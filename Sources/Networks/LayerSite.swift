public import Tensors

/// Where a layer declares what it needs, while a network is planned.
///
/// Parameters, statistics and inner layers get the names under which `forward` asks for them, and
/// under which a checkpoint stores them.
public struct LayerSite {
  /// True when the next layer in the same sequence is a ``BatchNorm``.
  public internal(set) var isNormalizedNext = false
  /// The multiply-adds and the other operations of one forward pass over one sample.
  public var work = Work()

  private(set) var parameters: [ParameterDeclaration] = []
  private(set) var statistics: [StatisticsDeclaration] = []
  private(set) var children: [LayerPlan] = []

  /// The number of tokens told apart, where the input of the network is token numbers.
  let vocabulary: Int?

  init(isNormalizedNext: Bool = false, vocabulary: Int? = nil) {
    self.isNormalizedNext = isNormalizedNext
    self.vocabulary = vocabulary
  }

  /// Declares a trained tensor.
  public mutating func parameter(_ name: String, _ shape: Shape, _ initial: Initialization) {
    parameters.append(ParameterDeclaration(name: name, shape: shape, initial: initial))
  }

  /// Declares a tensor that is stored with the trained ones and not trained itself.
  public mutating func frozenParameter(
    _ name: String, _ shape: Shape, _ initial: Initialization
  ) {
    parameters.append(
      ParameterDeclaration(name: name, shape: shape, initial: initial, isTrainable: false))
  }

  /// Declares the running mean and variance of a batch normalisation over `channels`.
  public mutating func statistics(channels: Int, momentum: Float, epsilon: Float) {
    statistics.append(
      StatisticsDeclaration(channels: channels, momentum: momentum, epsilon: epsilon))
  }

  /// Plans an inner layer on `input` and returns its output shape.
  ///
  /// - Parameter isNormalizedNext: whether a batch normalisation follows directly, so that a
  ///   convolution needs no bias.
  public mutating func inner(
    _ name: String, _ layer: any Layer, on input: Shape, isNormalizedNext: Bool = false
  ) throws(NetworkError) -> Shape {
    let plan = try LayerPlan(
      layer, name: name, input: input, isNormalizedNext: isNormalizedNext)
    guard plan.outputs.count == 1 else {
      throw NetworkError(
        "\(layer) gives \(plan.outputs.count) scales, which only the next layer of the network "
          + "itself can take; put it there")
    }
    children.append(plan)
    return plan.output
  }

  /// Plans `layers` one after the other, named "0", "1", …, and returns the last output shape.
  public mutating func sequence(_ layers: [AnyLayer], on input: Shape) throws(NetworkError) -> Shape
  {
    var shape = input
    for (index, layer) in layers.enumerated() {
      let next = layers.indices.contains(index + 1) ? layers[index + 1].layer : nil
      shape = try inner(
        String(index), layer.layer, on: shape, isNormalizedNext: next is BatchNorm)
    }
    return shape
  }
}

/// A trained tensor that a layer asks for.
public struct ParameterDeclaration: Hashable, Sendable {
  /// The name within the layer, such as `weight`.
  public let name: String
  /// The shape of the tensor; convolution weights are out, in/groups, height, width.
  public let shape: Shape
  /// How the values start.
  public let initial: Initialization
  /// Whether training changes it.
  public var isTrainable = true
}

/// Running statistics that a layer asks for.
public struct StatisticsDeclaration: Hashable, Sendable {
  /// The length of the mean and of the variance.
  public let channels: Int
  /// How much of a new batch enters the running values, as in PyTorch: 0.1 by default.
  public let momentum: Float
  /// Added to the variance before the root.
  public let epsilon: Float
}

/// How the values of a parameter start.
public enum Initialization: Hashable, Sendable, Codable {
  /// Every value the same.
  case constant(Float)
  /// Normal with mean 0 and this standard deviation.
  case normal(deviation: Float)
  /// Uniform between the ends of a range.
  case uniform(ClosedRange<Float>)
  /// Rows of length `scale` at right angles to each other, otherwise random; no more than columns.
  case orthogonal(scale: Float)
  /// Row p of waves over the columns: ``FixedPositions``.
  case waves

  /// All zeros.
  public static let zeros = Initialization.constant(0)
  /// All ones.
  public static let ones = Initialization.constant(1)

  /// Uniform between `-bound` and `bound`.
  public static func uniform(bound: Float) -> Initialization {
    .uniform(-bound...bound)
  }

  /// He's normal initialisation for weights before a ReLU: variance 2/`fan`.
  ///
  /// He et al., Delving Deep into Rectifiers, arXiv:1502.01852, equations 10 and 14.
  public static func heNormal(fan: Int) -> Initialization {
    .normal(deviation: (2 / Float(fan)).squareRoot())
  }
}
