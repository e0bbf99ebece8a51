import Tensors

/// A network taken apart into operations on numbered values: what inference is planned from.
struct Graph {
  /// When an operation is due: with the layers before exit k, or in the head of exit k.
  enum Stage: Hashable {
    case segment(Int)
    case head(Int)
  }

  struct Node {
    var operation: Operation
    var inputs: [Int]
    var output: Int
    let stage: Stage
  }

  /// The shape of each value for one sample.
  private(set) var shapes: [Shape] = []
  var nodes: [Node] = []
  /// What flows past each exit: the values behind its segment, the finest scale first.
  var features: [[Int]] = []
  /// The logits of each exit.
  var logits: [Int] = []
  /// The images.
  let input: Int
  /// The stage of what is added.
  var stage = Stage.segment(0)

  init(input shape: Shape) {
    shapes = [shape]
    input = 0
  }

  /// A new value.
  mutating func value(_ shape: Shape) -> Int {
    shapes.append(shape)
    return shapes.count - 1
  }

  /// Adds an operation and returns its output.
  mutating func add(_ operation: Operation, _ inputs: [Int], _ shape: Shape) -> Int {
    let output = value(shape)
    nodes.append(Node(operation: operation, inputs: inputs, output: output, stage: stage))
    return output
  }
}

/// What is done with one or more values.
enum Operation {
  /// A convolution or dense layer; behind its input may stand a value that is added.
  case weighted(Weighted)
  /// A batch normalisation that no convolution precedes, with a rectifier or without.
  case normalization(LayerNode, relu: Bool)
  case layerNorm(LayerNode, epsilon: Float)
  case function(Activation)
  case add(relu: Bool)
  /// Every channel of the first value times its number in the second.
  case channelScaling
  /// Queries, keys and values in one value, or queries in one and keys and values in another.
  case attention(Pieces.Attention)
  case average(Pieces.Pooling)
  case largest(Pieces.Pooling)
  case globalAverage
  /// The averages of equal blocks of rows.
  case blockAverage
  case concatenation
  /// The same where the first value has room for the others behind its channels.
  case append
  /// Convolutions on planes.
  case planar(Planar)
  /// Channels of pixels brought into planes, with room for more, and back.
  case toPlanes
  case fromPlanes(first: Int)
  /// One token of a sequence.
  case token(Int)
  case tokenMean
  case positions(LayerNode)
  case classToken(LayerNode)
  case embedding(LayerNode)
  /// Zeros behind the channels.
  case padding
  /// The same numbers in another shape.
  case view
  /// The same numbers, rounded for a product.
  case rounding(Arithmetic)
  /// A layer that has no form of its own here.
  case plain(LayerNode)
  /// One of the scales that such a layer gives.
  case plainScale(LayerNode, Int)
}

/// A convolution or dense layer with what was joined to it.
struct Weighted {
  var kind: FusedLayer.Kind
  let node: LayerNode
  /// The outputs that are computed.
  var outputs: Range<Int>
  /// The batch normalisation that is folded in.
  var norm: LayerNode?
  var adds = false
  var function: Activation?
}

/// Convolutions on planes, with what was joined to them.
struct Planar {
  var kind: PlanarLayer.Kind
  var narrow: Weighted?
  var wide: Weighted?
  /// The channel of the input, and of the output, where they begin.
  var source = 0
  var target = 0
}
