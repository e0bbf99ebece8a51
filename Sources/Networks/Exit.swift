/// A place where a sample can leave the network: a head that classifies what is known there.
///
/// ```swift
/// Exit("stage 1")                                          // GlobalPool, then Dense(classes)
/// Exit("stage 2") { GlobalPool(); Dense(64); ReLU(); Dense(10) }
/// Exit(weight: 0.3)                                        // named by its number: "exit 3"
/// ```
///
/// The exit stands between the layers it follows and those it spares. The last one in a network is
/// its final classifier, where everything that is left leaves.
public struct Exit: Hashable, Codable, Sendable, CustomStringConvertible {
  /// The name in tables and charts; `nil` means "exit" and its number.
  public let name: String?
  /// How much the exit's loss counts when several exits are trained together.
  public let weight: Double
  /// The layers from the features to the logits; `nil` means the default head.
  public let head: [AnyLayer]?

  /// An exit with the default head: the mean of each channel, then one dense layer.
  ///
  /// On features that are flat already, the default head is the dense layer alone.
  public init(_ name: String? = nil, weight: Double = 1) {
    self.name = name
    self.weight = weight
    head = nil
  }

  /// An exit with its own head, whose last layer gives one logit per class.
  public init(
    _ name: String? = nil, weight: Double = 1, @LayerBuilder head: () -> [AnyLayer]
  ) {
    self.name = name
    self.weight = weight
    self.head = head()
  }

  public var description: String {
    var fields = name.map { ["\"\($0)\""] } ?? []
    if weight != 1 { fields.append("weight: \(weight)") }
    let layers = head.map { " { \($0.map(\.description).joined(separator: "; ")) }" } ?? ""
    return "Exit(\(fields.joined(separator: ", ")))\(layers)"
  }
}

/// One line of a network's description: a layer, or an exit.
public enum Element: Hashable, Codable, Sendable, CustomStringConvertible {
  /// A layer of the backbone.
  case layer(AnyLayer)
  /// A place where samples can leave.
  case exit(Exit)

  private static let exitKey = ElementKey(stringValue: "Exit")

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: ElementKey.self)
    self =
      container.contains(Self.exitKey)
      ? .exit(try container.decode(Exit.self, forKey: Self.exitKey))
      : .layer(try AnyLayer(from: decoder))
  }

  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .layer(let layer): try layer.encode(to: encoder)
    case .exit(let exit):
      var container = encoder.container(keyedBy: ElementKey.self)
      try container.encode(exit, forKey: Self.exitKey)
    }
  }

  public var description: String {
    switch self {
    case .layer(let layer): layer.description
    case .exit(let exit): exit.description
    }
  }
}
