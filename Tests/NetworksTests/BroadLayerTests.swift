import Foundation
import Networks
import Tensors
import Testing

/// The layers of transformers, mobile networks and several scales.
@Suite struct BroadLayerTests {
  /// One of each kind, in a network that has room for it.
  @Test func everyLayerPlansRunsAndIsStored() throws {
    let images = Network(input: [12, 12, 3], classes: 4) {
      Conv(8, kernel: 3); GroupNorm(groups: 2); HardSwish()
      SqueezeExcite(4, gate: .hardSigmoid)
      InvertedBottleneck(8, expanded: 16, squeeze: SqueezeExcite(4), depthRate: 0.5)
      Skip {
        Conv(8, kernel: 3, groups: 8); ReLU6(); StochasticDepth(0.2)
      }
      Exit()
      Resize(height: 9, width: 9)
      AdaptivePool(to: 6)
      InvertedBottleneck(12, expanded: 8, kernel: 5, stride: 2, activation: .silu)
      SiLU(); HardSigmoid(); Sigmoid(); Tanh()
      Exit {
        GlobalPool(); LayerNorm(); Dense(4)
      }
    }
    let patches = Network(input: [8, 8, 3], classes: 4) {
      PatchEmbedding(12, patch: 4); ClassToken(); Positions()
      TransformerBlock(heads: 3, hidden: 8, activation: .geluTanh, dropout: 0.1, depthRate: 0.1)
      Exit()
      LayerNorm(); SelfAttention(heads: 2, isCausal: true)
      Skip {
        Dense(6); GELU(); Dense(12)
      }
      Exit {
        TokenMean(); Dense(4)
      }
    }
    for network in [images, patches] {
      let data = try JSONEncoder().encode(network)
      #expect(try JSONDecoder().decode(Network.self, from: data) == network)
      let model = try Model(network, seed: 1)
      var random = Random(seed: 2)
      let batch = Tensor.normal(shape: network.input.batched(5), using: &random)
      let tape = Tape()
      let logits = try model.logits(batch, training: .everything, tape: tape, random: &random)
      var loss = Tensor.zeros([])
      for values in logits.values {
        #expect(values.shape == [5, 4])
        loss = try loss + values.crossEntropy(labels: [0, 1, 2, 3, 0])
      }
      let gradients = try tape.gradients(of: loss)
      for parameter in model.parameters {
        #expect(
          gradients[parameter]?.scalars.allSatisfy { $0.isFinite } == true, "\(parameter.name)")
      }
    }
  }

  struct Mistake: Sendable, CustomTestStringConvertible {
    let mentions: [String]
    let network: Network
    var testDescription: String { mentions.joined(separator: " ") }

    init(_ mentions: String..., network: Network) {
      (self.mentions, self.network) = (mentions, network)
    }

    /// A layer on 8×8×6 images.
    init(_ mentions: String..., layers: () -> [any Layer]) {
      let layers = layers()
      self.mentions = mentions
      network = Network(input: [8, 8, 6], classes: 2) {
        layers
        Exit()
      }
    }
  }

  static let mistakes = [
    Mistake("Embedding", "token numbers") { [Embedding(4)] },
    Mistake("Positions", "tokens × width", "8×8×6") { [Positions()] },
    Mistake("PatchEmbedding", "3×3", "8×8×6") { [PatchEmbedding(4, patch: 3)] },
    Mistake("SelfAttention", "4 heads", "4×6") {
      [PatchEmbedding(6, patch: 4), SelfAttention(heads: 4)]
    },
    Mistake("Token(9)", "4×6") { [PatchEmbedding(6, patch: 4), Token(9)] },
    Mistake("TransformerBlock", "rates") {
      [PatchEmbedding(6, patch: 4), TransformerBlock(heads: 2, hidden: 4, dropout: 1)]
    },
    Mistake("GroupNorm", "4 groups", "6 channels") { [GroupNorm(groups: 4)] },
    Mistake("LayerNorm", "epsilon") { [LayerNorm(epsilon: 0)] },
    Mistake("StochasticDepth", "1.0") { [StochasticDepth(1)] },
    Mistake("Skip", "8×8×4") { [Skip { Conv(4, kernel: 1) }] },
    Mistake("SqueezeExcite", "width") { [SqueezeExcite(0)] },
    Mistake("InvertedBottleneck", "depth rate") {
      [InvertedBottleneck(6, expanded: 6, depthRate: 2)]
    },
    Mistake("AdaptivePool", "size") { [AdaptivePool(to: 0)] },
    Mistake("Resize", "height") { [Resize(height: 0, width: 2)] },
    Mistake("MultiScaleStep", "2 scales", "1 factors") {
      [MultiScaleStem([4, 8]), MultiScaleStep(growth: 2, factors: [1])]
    },
    Mistake("MultiScaleStep", "3 of 2 scales") {
      [MultiScaleStem([4, 8]), MultiScaleStep(growth: 2, factors: [1, 2], scales: 3)]
    },
    Mistake("MultiScaleTransition", "2 scales", "for 3") {
      [MultiScaleStem([4, 8]), MultiScaleTransition([4, 4, 4])]
    },
    Mistake("ReLU", "8×8×4 and 4×4×8", "2 scales") { [MultiScaleStem([4, 8]), ReLU()] },
    Mistake("MultiScaleStem", "2 scales") { [MultiScaleStem([4, 8]), MultiScaleStem([4])] },
    Mistake("MultiScaleStem", "next layer of the network") {
      [Skip { MultiScaleStem([4, 8]) }]
    },
    Mistake("vocabulary", "1 tokens", network: .textEncoder(vocabulary: 1)),
    Mistake("tokens", "0", network: .textEncoder(tokens: 0)),
    Mistake("blocks", "[]", network: .msdNet(blocks: [])),
    Mistake("factor", "[0]", network: .msdNet(factors: [0])),
    Mistake("heads", "3 heads", network: .vit(heads: 3)),
  ]

  @Test(arguments: mistakes) func isTold(_ mistake: Mistake) {
    let error = #expect(throws: NetworkError.self) { _ = try mistake.network.plan() }
    for word in mistake.mentions {
      #expect(error?.message.contains(word) == true, "\(error?.message ?? "no error")")
    }
  }

  @Test func wrongBatchesAreTold() throws {
    let model = try Model(.textEncoder(tokens: 5, vocabulary: 11, width: 8, depth: 1), seed: 0)
    func message(_ batch: Tensor) -> String {
      do {
        _ = try model.logits(batch)
        return "no error"
      } catch { return "\(error)" }
    }
    #expect(message(.zeros([2, 4])).contains("token numbers"))
    #expect(message(.filled(11, shape: [2, 5])).contains("0 to 10"))
    #expect(message(.filled(0.5, shape: [2, 5])).contains("whole token number"))
    let scales = try Model(.msdNet(blocks: [1, 1], width: 4, growth: 2, headWidth: 4), seed: 0)
    #expect(throws: NetworkError.self) { try scales.segment(0, Tensor.zeros([1, 32, 32, 3])) }
    #expect(throws: NetworkError.self) { try scales.head(0, [Tensor.zeros([1, 8, 8, 20])]) }
  }

  /// A frozen or evaluated block has no randomness in it.
  @Test func evaluationDropsNothing() throws {
    let network = Network(input: [4, 4, 6], classes: 2) {
      Skip {
        Conv(6, kernel: 3); StochasticDepth(0.9)
      }
      Exit()
    }
    let model = try Model(network, seed: 3)
    let images = BackboneTests.images(4, 4)
    let batch = try Tensor.concatenated([images, images])
    #expect(try model.logits(batch)[0] == model.logits(batch)[0])
  }
}
