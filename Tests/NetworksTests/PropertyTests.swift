import Foundation
import Networks
import Tensors
import Testing

/// Networks put together at random from every kind of layer.
@Suite struct PropertyTests {
  /// A layer drawn at random; many do not fit where they are put.
  static func layer(_ random: inout Random) -> any Layer {
    func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
    let width = 4 * draw(1...3)
    return switch draw(0...12) {
    case 0: Conv(width, kernel: draw(1...5), stride: draw(1...3), padding: draw(0...2))
    case 1: Conv(width, kernel: 2 * draw(0...2) + 1, dilation: draw(1...2), groups: draw(1...2))
    case 2: BatchNorm()
    case 3: ReLU()
    case 4: MaxPool(draw(1...3), stride: draw(1...3), padding: draw(0...1))
    case 5: AveragePool(draw(1...3), stride: draw(1...3), padding: draw(0...1))
    case 6: Residual(width, stride: draw(1...2), shortcut: Shortcut.allCases[draw(0...2)])
    case 7: Bottleneck(4, stride: draw(1...2), expansion: draw(1...3))
    case 8:
      Parallel {
        Branch {
          Conv(width, kernel: 3); BatchNorm(); ReLU()
        }; Branch()
      }
    case 9:
      Concat {
        BatchNorm(); ReLU(); Conv(4, kernel: 3, bias: false)
      }
    case 10: MixedPool(to: draw(1...4))
    case 11: draw(0...3) == 0 ? Flatten() : Dropout(0.3)
    default: draw(0...3) == 0 ? Dense(width) : ReLU()
    }
  }

  /// A network that can be planned, grown one fitting layer at a time.
  static func network(seed: UInt64) -> Network {
    var random = Random(seed: seed)
    let input: Shape = [9 + Int(seed % 4), 9 + Int(seed % 4), 4]
    var elements: [Element] = []
    while elements.count < 7 {
      let candidate = Element.layer(AnyLayer(layer(&random)))
      let grown = Network(input: input, classes: 3) {
        elements
        candidate
        Exit()
      }
      if (try? grown.plan()) != nil { elements.append(candidate) }
    }
    elements.insert(.exit(Exit("early")), at: Int(seed % 6) + 1)
    return Network(input: input, classes: 3) {
      elements
      Exit()
    }
  }

  @Test(arguments: UInt64(0)..<40) func whatIsPlannedIsWhatHappens(_ seed: UInt64) throws {
    let network = Self.network(seed: seed)
    let plan = try network.plan()
    #expect(try JSONDecoder().decode(Network.self, from: JSONEncoder().encode(network)) == network)

    let model = try Model(network, seed: seed)
    #expect(model.parameters.reduce(0) { $0 + $1.value.shape.count } == plan.parameterCount)
    #expect(Set(model.state().keys).count == model.parameters.count + 2 * model.statistics.count)

    var random = Random(seed: seed)
    let images = Tensor.normal(shape: network.input.batched(3), using: &random)
    var features = images
    for exit in plan.exits {
      features = try model.segment(exit.index, features)
      #expect(features.shape == exit.shape.batched(3))
      #expect(try model.head(exit.index, features).shape == [3, 3])
    }

    let tape = Tape()
    let logits = try model.logits(images, training: .everything, tape: tape, random: &random)
    var loss = try #require(logits[0]).crossEntropy(labels: [0, 1, 2])
    loss = try loss + #require(logits[1]).crossEntropy(labels: [0, 1, 2])
    let gradients = try tape.gradients(of: loss)
    for parameter in model.parameters {
      let gradient = try #require(gradients[parameter], "\(parameter.name)")
      #expect(gradient.shape == parameter.value.shape)
      #expect(gradient.scalars.allSatisfy { $0.isFinite })
    }
  }
}
