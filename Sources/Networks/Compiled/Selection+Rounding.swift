import Tensors

// In mixed precision the factors of products are rounded. A value that several products read is
// rounded once, and in its own memory where nothing else reads it later.
extension Selection {
  /// Puts a rounding before every convolution, dense layer and attention.
  mutating func round(for arithmetic: Arithmetic) {
    guard arithmetic != .float32 else { return }
    var known: [Rounded: Int] = [:]
    let all = nodes
    nodes = []
    for var node in all {
      switch node.operation {
      case .weighted: node.inputs[0] = rounded(node.inputs[0], arithmetic, node.stage, &known)
      case .attention(var sizes):
        // Its products are small, so rounded factors are multiplied as floats.
        node.inputs = node.inputs.map { rounded($0, .rounded, node.stage, &known) }
        sizes.rounds = true
        node.operation = .attention(sizes)
      default: break
      }
      nodes.append(node)
    }
  }

  private struct Rounded: Hashable {
    let value: Int
    let form: Arithmetic
  }

  private mutating func rounded(
    _ value: Int, _ form: Arithmetic, _ stage: Graph.Stage, _ known: inout [Rounded: Int]
  ) -> Int {
    let key = Rounded(value: value, form: form)
    if let output = known[key] { return output }
    let output = add(shape: shapes[value])
    widths[output] = widths[value]
    nodes.append(
      Graph.Node(operation: .rounding(form), inputs: [value], output: output, stage: stage))
    known[key] = output
    return output
  }
}
