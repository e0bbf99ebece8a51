import Tensors

/// Stands where a canned description was asked for something that does not exist, so that
/// planning can say so as it says any other mistake.
struct Impossible: Layer {
  let problem: String

  /// What is wrong with the number of a network's blocks, or with those after which exits are asked
  /// for, counted from 1; nil if nothing is.
  static func problem(_ network: String, blocks: Int, exits: [Int]?) -> String? {
    guard (1...1000).contains(blocks) else {
      return "\(network) has 1 to 1000 blocks, and got \(blocks)"
    }
    return exits?.first { !(1...blocks).contains($0) }.map {
      "an exit is asked for after block \($0); the blocks are numbered 1 to \(blocks)"
    }
  }

  func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    throw NetworkError(problem).placed(at: "The description")
  }

  func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    throw NetworkError(problem)
  }
}
