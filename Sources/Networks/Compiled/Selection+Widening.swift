import Tensors

// Networks that put new channels beside old ones copy the old ones again and again. Where only
// convolutions read them, room for the next channels is left in the rows, zero for the time being,
// and the convolutions have zero weights for it; new channels are then written where they belong.
extension Selection {
  /// Leaves room behind the channels of values that grow.
  mutating func widen() {
    let uses = consumers
    var extended: Set<Int> = []
    for place in nodes.indices {
      let node = nodes[place]
      guard case .concatenation = node.operation, shapes[node.output].rank == 3,
        !outputs.contains(node.output), let readers = uses[node.output],
        readers.allSatisfy({ reads(nodes[$0], node.output) })
      else { continue }
      let (first, channels) = (node.inputs[0], shapes[node.output][2])
      if let room = widths[first], room >= channels, extended.insert(first).inserted {
        nodes[place].operation = .append
        widths[node.output] = room
      } else if readers.contains(where: { isConcatenation(nodes[$0]) }),
        readers.reduce(0, { $0 + work(nodes[$1]) }) < 64
      {
        let growth = channels - shapes[first][2]
        widths[node.output] = (channels + growth + 15) & ~15
      }
    }
    for place in nodes.indices { read(wide: place) }
  }

  /// The places of the operations that read each value.
  private var consumers: [Int: [Int]] {
    var result: [Int: [Int]] = [:]
    for (place, node) in nodes.enumerated() {
      for input in node.inputs { result[input, default: []].append(place) }
    }
    return result
  }

  private func isConcatenation(_ node: Graph.Node) -> Bool {
    if case .concatenation = node.operation { true } else { false }
  }

  /// Whether the operation can read a value with room behind its channels.
  private func reads(_ node: Graph.Node, _ value: Int) -> Bool {
    switch node.operation {
    case .weighted(let weighted):
      guard case .convolution(_, _, _, _, _, let groups) = weighted.kind else { return false }
      return groups == 1
    case .concatenation: return node.inputs[0] == value && !node.inputs.dropFirst().contains(value)
    default: return false
    }
  }

  /// Multiply-adds for each number that a convolution reads: with many, zeros cost more than copies.
  private func work(_ node: Graph.Node) -> Int {
    guard case .weighted(let weighted) = node.operation,
      case .convolution(_, let weight, let stride, _, _, _) = weighted.kind
    else { return 0 }
    return weight.count / weight[1] / (stride * stride)
  }

  /// Gives a convolution that reads a wide value as many inputs.
  private mutating func read(wide place: Int) {
    guard case .weighted(var weighted) = nodes[place].operation,
      let width = widths[nodes[place].inputs[0]],
      case .convolution(var input, var weight, let stride, let padding, let dilation, let groups) =
        weighted.kind
    else { return }
    (input[2], weight[1]) = (width, width)
    weighted.kind = .convolution(
      input: input, weight: weight, stride: stride, padding: padding, dilation: dilation,
      groups: groups)
    nodes[place].operation = .weighted(weighted)
  }
}
