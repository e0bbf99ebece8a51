public import Tensors

/// A description of a multi-exit network: what its layers are, and where samples can leave.
///
/// ```swift
/// let net = Network(input: [32, 32, 3], classes: 10) {
///   Conv(16, kernel: 3); BatchNorm(); ReLU()
///   for stage in 0..<3 {
///     for block in 0..<3 {
///       Residual(16 << stage, stride: stage > 0 && block == 0 ? 2 : 1)
///     }
///     Exit("stage \(stage + 1)")
///   }
/// }
/// print(net)          // layers, shapes, parameters, multiply-adds, cost of each exit
/// ```
///
/// A network is a value: it can be compared, stored and printed, and has no numbers in it that
/// were learned; those belong to a ``Model``. Sizes are inferred from the input. A description may
/// be wrong; ``plan()`` finds every mistake before anything is trained.
public struct Network: Hashable, Sendable {
  /// The shape of one image: height, width, channels; or the number of tokens.
  public let input: Shape
  /// The number of tokens told apart, if the input is token numbers; `nil` for images.
  public let vocabulary: Int?
  /// The number of classes to tell apart.
  public let classes: Int
  /// A name for titles, such as "ResNet-20".
  public var name: String?
  /// The layers and exits, in order.
  public let elements: [Element]

  /// A network described line by line.
  ///
  /// - Parameters:
  ///   - input: the shape of one image: height, width, channels.
  ///   - classes: the number of classes, 2 or more.
  ///   - name: a name for titles.
  ///   - elements: layers and exits, in order; the last is an ``Exit``.
  public init(
    input: Shape, classes: Int, name: String? = nil,
    @NetworkBuilder _ elements: () -> [Element]
  ) {
    self.init(
      input: input, vocabulary: nil, classes: classes, name: name, elements: elements())
  }

  /// A network on sequences of token numbers, described line by line.
  ///
  /// A sample is a row of `tokens` whole numbers from 0 to `vocabulary` − 1, as in
  /// `Tensor(tokens:)`; the first layer is an ``Embedding``.
  ///
  /// - Parameters:
  ///   - tokens: the length of every sequence.
  ///   - vocabulary: the number of tokens told apart.
  ///   - classes: the number of classes, 2 or more.
  ///   - name: a name for titles.
  ///   - elements: layers and exits, in order; the last is an ``Exit``.
  public init(
    tokens: Int, vocabulary: Int, classes: Int, name: String? = nil,
    @NetworkBuilder _ elements: () -> [Element]
  ) {
    self.init(
      input: [tokens], vocabulary: vocabulary, classes: classes, name: name,
      elements: elements())
  }

  init(input: Shape, vocabulary: Int?, classes: Int, name: String?, elements: [Element]) {
    self.input = input
    self.vocabulary = vocabulary
    self.classes = classes
    self.name = name
    self.elements = elements
  }

  /// Infers every shape and cost, and finds the mistakes in the description.
  ///
  /// - Throws: ``NetworkError`` naming the first element that does not fit, where it stands and
  ///   the shapes.
  public func plan() throws(NetworkError) -> Plan {
    try Planner(self).plan()
  }

  /// The places where samples can leave, in order; the last is the final classifier.
  public var exits: [ExitInfo] {
    get throws(NetworkError) { try plan().exits }
  }

  /// The multiply-adds of the whole network for one image, all heads included.
  public var multiplyAdds: Int {
    get throws(NetworkError) { try plan().multiplyAdds }
  }

  /// The number of trained values, all heads included.
  public var parameterCount: Int {
    get throws(NetworkError) { try plan().parameterCount }
  }

  /// The itemised cost for one image.
  public func cost(_ convention: CostConvention = .multiplyAdds) throws(NetworkError) -> Cost {
    try plan().cost(convention)
  }

  /// Makes a layer of yours known, so that stored networks that use it can be read.
  ///
  /// Using the layer in a network has the same effect.
  public static func register(_ kind: any Layer.Type) {
    LayerKinds.register(kind)
  }
}

extension Network: CustomStringConvertible {
  /// The table of ``plan()``, or the mistake and the elements as they were written.
  public var description: String {
    do throws(NetworkError) {
      return try plan().description
    } catch {
      let lines = elements.enumerated().map { "  \($0 + 1). \($1)" }
      return (["A network that cannot be built. \(error.message)"] + lines)
        .joined(separator: "\n")
    }
  }
}
