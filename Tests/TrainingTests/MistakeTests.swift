import Datasets
import Networks
import Tensors
import Testing
import Training

@Suite struct MistakeTests {
  private func message(
    _ network: Network = Toy.network, _ regime: Regime = .joint, data: Dataset? = nil,
    epochs: Int = 1, recipe: Recipe = Toy.recipe, from start: Run? = nil
  ) throws -> String {
    let data = try data ?? Toy.data(count: 64)
    let error = #expect(throws: TrainingError.self) {
      try network.train(regime, on: data, epochs: epochs, recipe: recipe, startingFrom: start)
    }
    return error?.message ?? ""
  }

  @Test func imagesOfAnotherShape() throws {
    let network = Network(input: [10, 10, 1], classes: 4) {
      Conv(2, kernel: 3); Exit()
    }
    #expect(
      try message(network)
        == "The network takes images of 10×10×1, but the data \"quarters\" has images of 8×8×1: "
        + "build the network with input: data.shape.")
  }

  @Test func labelsOutsideTheClasses() throws {
    let network = Network(input: [8, 8, 1], classes: 3, name: "three") {
      Conv(2, kernel: 3); Exit()
    }
    #expect(
      try message(network)
        == "The network \"three\" tells 3 classes apart, but the data \"quarters\" has 4: build the "
        + "network with classes: data.classes.")
  }

  @Test func noEpochs() throws {
    #expect(try message(epochs: 0) == "joint: epochs must be at least 1, got 0.")
    #expect(try message(epochs: -3) == "joint: epochs must be at least 1, got -3.")
  }

  @Test func exitsWhereThereAreNone() throws {
    let network = Network(input: [8, 8, 1], classes: 4) {
      Conv(2, kernel: 3); Exit()
    }
    #expect(try message(network, .disjoint, epochs: 2).contains("the network has a single exit"))
  }

  @Test func nothingToStopEarlyOn() throws {
    let data = try Toy.data(count: 64).resplit(validation: 0)
    let recipe = Recipe(earlyStopping: EarlyStopping(patience: 3))
    #expect(
      try message(data: data, recipe: recipe).contains("Early stopping watches the validation"))
    let run = try Toy.network.train(.joint, on: data, epochs: 1, recipe: Toy.recipe)
    #expect(run.validationAccuracies == nil)
    #expect(run.history.epochs[0].exits[0].validationAccuracy == nil)
  }

  @Test func aStartOfAnotherNetwork() throws {
    let other = Network(input: [8, 8, 1], classes: 4, name: "other") {
      Conv(2, kernel: 3); Exit()
    }
    let run = try other.train(.joint, on: Toy.data(count: 64), epochs: 1, recipe: Toy.recipe)
    #expect(
      try message(from: run).hasPrefix("The run to start from was trained on another network"))
  }

  @Test func weightsThatDoNotFit() throws {
    let recipe = Recipe(loss: ExitLoss(.mean, weights: [1, 1]))
    #expect(
      try message(recipe: recipe) == "The loss has 2 weights, but the network has 3 exits.")
  }

  @Test func aMistakeInTheNetworkIsTheNetworksError() throws {
    let network = Network(input: [8, 8, 1], classes: 4) { Conv(2, kernel: 3) }
    #expect(throws: NetworkError.self) {
      try network.train(.joint, on: Toy.data(count: 64), epochs: 1)
    }
  }
}
