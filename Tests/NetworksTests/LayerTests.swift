import Networks
import Tensors
import Testing

/// A layer as a user would write it: it adds a learned mixture of the channels.
struct Mix: Layer {
  func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    site.parameter("weight", [input[2], input[2], 1, 1], .zeros)
    site.work.products = input.count * input[2]
    return input
  }

  func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.adding(input.convolved(with: context.parameter("weight")), relu: false)
  }
}

/// Throws an error of its own, and asks for what it did not declare.
struct Faulty: Layer {
  struct Complaint: Error, CustomStringConvertible {
    let description = "this layer dislikes everything"
  }
  var refuses = false
  var gives: Shape?

  func output(for input: Shape, at site: inout LayerSite) throws -> Shape {
    if refuses { throw Complaint() }
    return gives ?? input
  }

  func forward(_ input: Tensor, _ context: LayerContext) throws -> Tensor {
    try input.adding(context.parameter("wieght"), relu: false)
  }
}

@Suite struct LayerTests {
  static func model(
    _ input: Shape, seed: UInt64 = 1, @NetworkBuilder _ elements: () -> [Element]
  ) throws -> Model {
    try Model(Network(input: input, classes: 2, elements), seed: seed)
  }

  /// What reaches the exit of a network, in evaluation.
  static func features(_ model: Model, _ images: Tensor) throws -> Tensor {
    try model.segment(0, images)
  }

  @Test func aUsersLayerWorksLikeTheOthers() throws {
    let model = try Self.model([4, 4, 3]) {
      Mix()
      Exit()
    }
    #expect(model.plan.multiplyAdds == 4 * 4 * 9 + 6)
    #expect(model.parameters.map(\.name).first == "layers.0.weight")
    let images = ModelTests.images(2, seed: 1, [4, 4, 3])
    #expect(try Self.features(model, images) == images)
    #expect("\(model.network.elements[0])" == "Mix()")
  }

  @Test func aUsersMistakesAreTold() throws {
    func message(_ layer: Faulty) -> String {
      let network = Network(input: [4, 4, 3], classes: 2) {
        layer
        Exit()
      }
      do throws(NetworkError) {
        _ = try network.plan()
        return "no error"
      } catch {
        return error.problem
      }
    }
    #expect(message(Faulty(refuses: true)) == "this layer dislikes everything")
    #expect(
      message(Faulty(gives: [4, 0, 3]))
        == "its output would be 4×0×3; every side must be 1 or more")
    let model = try Self.model([4, 4, 3]) {
      Faulty()
      Exit()
    }
    #expect {
      try model.logits(ModelTests.images(1, seed: 1, [4, 4, 3]))
    } throws: { error in
      "\(error)".hasSuffix(
        "layers.0, asks for a parameter \"wieght\" and declares none")
    }
  }

  @Test func normalizationAndRectifierAreTheSameApart() throws {
    let together = try Self.model([6, 6, 3]) {
      Conv(8, kernel: 3); BatchNorm(); ReLU()
      Exit()
    }
    let apart = try Self.model([6, 6, 3]) {
      Conv(8, kernel: 3); BatchNorm()
      Branch { ReLU() }
      Exit()
    }
    let images = ModelTests.images(5, seed: 2, [6, 6, 3])
    for training in [nil, Model.Part.everything] {
      var random = Random(seed: 0)
      let one = try together.logits(images, training: training, random: &random)[0]
      let two = try apart.logits(images, training: training, random: &random)[0]
      let difference = zip(one?.scalars ?? [], two?.scalars ?? []).map { abs($0 - $1) }.max()
      #expect(try #require(difference) < 1e-5)
    }
  }

  /// With its last normalisation scaled to zero, a block is the shortcut and a rectifier.
  @Test func paddingShortcut() throws {
    let model = try Self.model([4, 4, 2]) {
      Residual(5, stride: 2, shortcut: .padding)
      Exit()
    }
    let scale = try #require(model.parameters.first { $0.name == "layers.0.bn2.weight" })
    scale.value = .zeros([5])
    let images = ModelTests.images(1, seed: 3, [4, 4, 2])
    let output = try Self.features(model, images)
    #expect(output.shape == [1, 2, 2, 5])
    for (y, x, c) in [(0, 0, 0), (0, 1, 1), (1, 0, 0), (1, 1, 1), (1, 1, 4)] {
      let expected = c < 2 ? max(0, images.scalars[(2 * y * 4 + 2 * x) * 2 + c]) : 0
      #expect(output.scalars[(y * 2 + x) * 5 + c] == expected)
    }
  }

  @Test func branchesAreJoined() throws {
    let images = ModelTests.images(1, seed: 3, [2, 2, 2])
    let beside = try Self.features(
      Self.model([2, 2, 2]) {
        Parallel {
          Branch(); Branch { ReLU() }
        }
        Exit()
      }, images)
    #expect(beside.shape == [1, 2, 2, 4])
    #expect(Array(beside.scalars[..<2]) == Array(images.scalars[..<2]))
    #expect(Array(beside.scalars[2..<4]) == images.scalars[..<2].map { max($0, 0) })
    let sum = try Self.features(
      Self.model([2, 2, 2]) {
        Parallel(.sum) {
          Branch(); ReLU(); Branch()
        }
        Exit()
      }, images)
    #expect(sum.scalars == images.scalars.map { $0 + max($0, 0) + $0 })
  }

  @Test func mixedPoolIsBetweenMeanAndMaximum() throws {
    let model = try Self.model([2, 2, 1]) {
      MixedPool(to: 1)
      Exit()
    }
    let images = try Tensor([1, 2, 3, 6], shape: [1, 2, 2, 1])
    let weight = try #require(model.parameters.first)
    #expect((0...1).contains(try #require(weight.value.scalars.first)))
    weight.value = .filled(0.25, shape: [1, 1])
    #expect(try Self.features(model, images).scalars == [3 + 0.25 * 3])
    let tape = Tape()
    var random = Random(seed: 0)
    let logits = try model.logits(images, training: .everything, tape: tape, random: &random)
    let loss = try #require(logits[0]).crossEntropy(labels: [1])
    #expect(try tape.gradients(of: loss)[weight] != nil)
  }
}
