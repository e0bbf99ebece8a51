import Networks
import Tensors

extension Model: Learner {
  var exitNames: [String] { plan.exits.map(\.name) }

  func logits(
    _ images: Tensor, exits: [Int], training part: Part?, tape: Tape?, random: inout Random
  ) throws -> [Tensor] {
    let logits = try logits(
      images, training: part, tape: tape, random: &random, exits: Set(exits))
    return exits.compactMap { logits[$0] }
  }

  func restore(_ state: [String: Tensor]) throws { try load(state) }
}
