import Datasets
import Networks
import Tensors
import Testing
import Training

/// Whole trainings against PyTorch: loss, momentum, decay, clipping, schedule, running statistics.
@Suite(.serialized) struct TrajectoryTests {
  private let network = Network(input: [6, 6, 2], classes: 3) {
    Conv(4, kernel: 3); BatchNorm(); ReLU()
    Exit("a")
    Residual(8, stride: 2)
    Exit("b", weight: 2)
    Residual(8)
    Exit("c")
  }

  private let recipe = Recipe(
    optimizer: SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 5e-3, nesterov: true),
    schedule: .cosine, batchSize: 12, gradientClip: 1)

  private func data() throws -> Dataset {
    try Dataset(
      name: "waves", images: Trajectory.pixels, labels: (0..<12).map { $0 % 3 }, shape: [6, 6, 2],
      classes: 3, validation: 0, test: 0)
  }

  /// A run whose model has the start values of the fixture.
  private func start(on data: Dataset) throws -> Run {
    let run = try network.train(.joint, on: data, epochs: 1, recipe: recipe)
    var state = try Model(network, seed: 0).state()
    for (place, parameter) in run.model.parameters.enumerated() {
      let (shape, count) = (parameter.value.shape, parameter.value.count)
      let isScale = shape.rank == 1 && parameter.name.hasSuffix("weight")
      let values = Trajectory.parameter(place, count: count, isScale: isScale)
      state[parameter.name] = try Tensor(values, shape: shape)
    }
    try run.model.load(state)
    return run
  }

  @Test(arguments: [
    (Regime.disjoint, Trajectory.disjointLosses, Trajectory.disjointLogits),
    (Regime.joint, Trajectory.jointLosses, Trajectory.jointLogits),
    (Regime.mixed, Trajectory.mixedLosses, Trajectory.mixedLogits),
  ])
  func everyRegimeFollowsPyTorch(regime: Regime, losses: [[Float]], logits: [[Float]]) throws {
    let data = try data()
    let run = try network.train(
      regime, on: data, epochs: 8, recipe: recipe, startingFrom: start(on: data))
    // One batch holds all images, so an epoch is a step.
    let steps = run.history.epochs.dropFirst()
    for (epoch, expected) in zip(steps, losses) {
      #expect(epoch.exits.count == expected.count)
      for (exit, loss) in zip(epoch.exits, expected) {
        #expect(abs(exit.loss - Double(loss)) < 2e-5, "\(exit.name): \(exit.loss) for \(loss)")
      }
    }
    let order = try #require([0, 1].map { data.train.indices.firstIndex(of: $0) } as? [Int])
    for (ours, theirs) in zip(try run.model.logits(data.train.batch(order)), logits) {
      for (value, expected) in zip(ours.scalars, theirs) {
        #expect(abs(value - expected) < 2e-4, "\(value) for \(expected)")
      }
    }
  }
}
