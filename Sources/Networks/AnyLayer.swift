import Synchronization

/// A layer of any type, comparable and storable.
///
/// Stored as one key, the layer's kind, with the layer's own fields: `{"Conv":{"width":16,…}}`.
public struct AnyLayer: Hashable, Codable, Sendable, CustomStringConvertible {
  /// The layer itself.
  public let layer: any Layer

  /// Wraps `layer`; from then on its kind can be read back in this process.
  public init(_ layer: any Layer) {
    self.layer = layer
    LayerKinds.register(type(of: layer))
  }

  /// The name the layer is stored and listed under.
  public var kind: String { type(of: layer).kind }

  public var description: String { layer.description }

  public static func == (left: AnyLayer, right: AnyLayer) -> Bool {
    AnyHashable(left.layer) == AnyHashable(right.layer)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(AnyHashable(layer))
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: ElementKey.self)
    guard container.allKeys.count == 1, let key = container.allKeys.first else {
      throw NetworkError(
        "a stored layer has one key, its kind; this one has "
          + "\(container.allKeys.map(\.stringValue).sorted())")
    }
    guard let type = LayerKinds.type(named: key.stringValue) else {
      throw NetworkError(
        "the stored network has a layer \(key.stringValue), which is not known here; define it "
          + "and call Network.register(\(key.stringValue).self) before reading")
    }
    layer = try container.decode(type, forKey: key)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: ElementKey.self)
    try container.encode(layer, forKey: ElementKey(stringValue: kind))
  }
}

/// The kind of a layer as a coding key.
struct ElementKey: CodingKey {
  let stringValue: String
  var intValue: Int? { nil }

  init(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

/// The layer types that a stored network may name.
enum LayerKinds {
  private static let builtIn: [any Layer.Type] = [
    Conv.self, BatchNorm.self, ReLU.self, MaxPool.self, AveragePool.self, GlobalPool.self,
    Dense.self, Flatten.self, Dropout.self, Residual.self, Bottleneck.self, Parallel.self,
    Branch.self, Concat.self, MixedPool.self, Impossible.self,
    LayerNorm.self, GroupNorm.self, GELU.self, SiLU.self, ReLU6.self, HardSwish.self,
    HardSigmoid.self, Sigmoid.self, Tanh.self, Embedding.self, Positions.self, ClassToken.self,
    PatchEmbedding.self, BERTEmbedding.self, SelfAttention.self, TransformerBlock.self, Token.self,
    TokenMean.self,
    Skip.self, StochasticDepth.self, SqueezeExcite.self, InvertedBottleneck.self,
    AdaptivePool.self, Resize.self, MultiScaleStem.self, MultiScaleStep.self,
    MultiScaleTransition.self, SoftSplit.self, TokenPerformer.self, TokenTransformer.self,
    FixedPositions.self, ResolutionStem.self, ResolutionBlock.self,
  ]

  private static let types = Mutex(
    Dictionary(uniqueKeysWithValues: builtIn.map { ($0.kind, $0) }))

  /// Makes `type` readable under its kind; a redefinition replaces the earlier one.
  static func register(_ type: any Layer.Type) {
    types.withLock { $0[type.kind] = type }
  }

  static func type(named kind: String) -> (any Layer.Type)? {
    types.withLock { $0[kind] }
  }
}
