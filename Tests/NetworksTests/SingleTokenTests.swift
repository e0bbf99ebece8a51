import Networks
import Tensors
import Testing

/// In training the last block computes only the token that the exit behind it looks at; nothing
/// else changes.
@Suite struct SingleTokenTests {
  private static func network(
    _ order: TransformerBlock.Order, dropout: Float = 0, ofAllTokens: Bool = false
  ) -> Network {
    Network(tokens: 6, vocabulary: 20, classes: 3) {
      Embedding(8)
      Positions()
      TransformerBlock(heads: 2, hidden: 12, order: order)
      Exit()
      TransformerBlock(heads: 2, hidden: 12, order: order, dropout: dropout)
      if ofAllTokens {
        Exit {
          TokenMean(); LayerNorm(); Dense(3)
        }
      } else {
        Exit {
          Token(2); LayerNorm(); Dense(3)
        }
      }
    }
  }

  private static func input() throws -> Tensor {
    try Tensor(tokens: (0..<20).map { n in (0..<6).map { (7 * n + 3 * $0 * $0) % 20 } })
  }

  private static func trained(_ model: Model, seed: UInt64 = 0) throws -> [Int: Tensor] {
    var random = Random(seed: seed)
    return try model.logits(input(), training: .everything, tape: Tape(), random: &random)
  }

  @Test(arguments: TransformerBlock.Order.allCases)
  func logitsAreThoseOfTheWholeBlock(_ order: TransformerBlock.Order) throws {
    let model = try Model(Self.network(order), seed: 3)
    let logits = try Self.trained(model)
    var features = [try Self.input()]
    for exit in 0..<2 {
      features = try model.segment(exit, features)
      let whole = try model.head(exit, features).scalars
      let own = try #require(logits[exit]).scalars
      #expect(own.count == 60 && whole.count == 60)
      for (a, b) in zip(own, whole) { #expect(abs(a - b) < 1e-5) }
    }
  }

  @Test(arguments: TransformerBlock.Order.allCases)
  func fewerMultiplyAddsAreAskedFor(_ order: TransformerBlock.Order) throws {
    func work(ofAllTokens: Bool) throws -> Int {
      let model = try Model(Self.network(order, ofAllTokens: ofAllTokens), seed: 3)
      let calls = try EngineCall.recorded { _ = try Self.trained(model) }
      return calls.reduce(0) { $0 + $1.multiplyAdds }
    }
    let (one, all) = (try work(ofAllTokens: false), try work(ofAllTokens: true))
    // Keys and values of the second block are those of all six tokens, the rest is one token's.
    #expect(one < all && one > all / 2)
  }

  @Test func dropoutStillDrops() throws {
    let model = try Model(Self.network(.before, dropout: 0.5), seed: 3)
    func logits(_ seed: UInt64) throws -> Tensor {
      try #require(try Self.trained(model, seed: seed)[1])
    }
    #expect(try logits(1) == logits(1))
    #expect(try logits(1) != logits(2))
  }
}
