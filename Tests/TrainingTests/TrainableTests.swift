import Datasets
import Tensors
import Testing
import Training

@Suite(.serialized) struct TrainableTests {
  /// A convolution and two exits, written out by hand.
  private struct TwoExits: Trainable {
    let stem: Parameter
    let first: Parameter
    let last: Parameter

    init(classes: Int = 4) {
      var random = Random(seed: 1)
      func parameter(_ shape: Shape, _ name: String) -> Parameter {
        Parameter(.normal(shape: shape, deviation: 0.1, using: &random), name: name)
      }
      stem = parameter([4, 1, 3, 3], "stem")
      first = parameter([classes, 256], "first")
      last = parameter([classes, 64], "last")
    }

    var parameters: [Parameter] { [stem, first, last] }

    func logits(_ images: Tensor, _ pass: Pass) throws -> [Tensor] {
      let early = try images.convolved(with: pass.value(of: stem), padding: 1).relu()
      let late = try early.averagePooled(kernel: 2, stride: 2)
      return [
        try early.flattened().dense(weight: pass.value(of: first), bias: nil),
        try late.flattened().dense(weight: pass.value(of: last), bias: nil),
      ]
    }
  }

  @Test func aStructOfOnesOwnLearns() throws {
    let (data, model) = (try Toy.data(), TwoExits())
    let history = try model.train(on: data, epochs: 6, recipe: Toy.recipe)
    #expect(history.epochs.count == 6)
    #expect(history.epochs[0].exits.map(\.name) == ["exit 1", "exit 2"])
    let accuracies = try model.accuracies(on: data.test)
    #expect(accuracies.count == 2)
    #expect(accuracies.allSatisfy { $0 > 0.8 }, "\(accuracies)")
  }

  @Test func logitsThatDoNotFitGetASentence() throws {
    let data = try Toy.data(count: 64)
    #expect(
      throws: TrainingError(
        "Exit 1 of TwoExits gives logits of 1×3 for one image, expected 1×4.")
    ) {
      try TwoExits(classes: 3).train(on: data, epochs: 1)
    }
  }

  @Test func aDivergenceGoesBackToTheLastGoodEpoch() throws {
    let (data, model) = (try Toy.data(count: 64), TwoExits())
    let before = model.parameters.map(\.value)
    let recipe = Recipe(
      optimizer: SGD(learningRate: 1e30), schedule: .constant, batchSize: 16, gradientClip: nil)
    let error = #expect(throws: TrainingError.self) {
      try model.train(on: data, epochs: 1, recipe: recipe)
    }
    #expect(error?.message.hasPrefix("Training diverged") == true)
    #expect(model.parameters.map(\.value) == before)
  }
}
