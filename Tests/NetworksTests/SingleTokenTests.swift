import Networks
import Tensors
import Testing

/// The last block computes only the token that the exit behind it looks at; nothing else changes.
@Suite struct SingleTokenTests {
  private static func network(_ order: TransformerBlock.Order, dropout: Float = 0) -> Network {
    Network(tokens: 6, vocabulary: 20, classes: 3) {
      Embedding(8)
      Positions()
      TransformerBlock(heads: 2, hidden: 12, order: order)
      Exit()
      TransformerBlock(heads: 2, hidden: 12, order: order, dropout: dropout)
      Exit {
        Token(2); LayerNorm(); Dense(3)
      }
    }
  }

  private static let input = try? Tensor(tokens: [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]])

  @Test(arguments: TransformerBlock.Order.allCases)
  func logitsAreThoseOfTheWholeBlock(_ order: TransformerBlock.Order) throws {
    let (model, input) = (try Model(Self.network(order), seed: 3), try #require(Self.input))
    let logits = try model.logits(input)
    var features = [input]
    for exit in 0..<2 {
      features = try model.segment(exit, features)
      for (a, b) in zip(logits[exit].scalars, try model.head(exit, features).scalars) {
        #expect(abs(a - b) < 1e-5)
      }
    }
  }

  @Test(arguments: TransformerBlock.Order.allCases)
  func fewerMultiplyAddsAreAskedFor(_ order: TransformerBlock.Order) throws {
    let (model, input) = (try Model(Self.network(order), seed: 3), try #require(Self.input))
    let calls = try EngineCall.recorded { _ = try model.logits(input) }
    let whole = try EngineCall.recorded {
      var features = [input]
      for exit in 0..<2 { features = try model.segment(exit, features) }
    }
    #expect(
      calls.reduce(0) { $0 + $1.multiplyAdds } < whole.reduce(0) { $0 + $1.multiplyAdds })
  }

  @Test func dropoutStillDrops() throws {
    let input = try #require(Self.input)
    let model = try Model(Self.network(.before, dropout: 0.5), seed: 3)
    func logits(_ seed: UInt64) throws -> Tensor {
      var random = Random(seed: seed)
      return try #require(
        try model.logits(input, training: .everything, random: &random, exits: [1])[1])
    }
    #expect(try logits(1) == logits(1))
    #expect(try logits(1) != logits(2))
  }
}
