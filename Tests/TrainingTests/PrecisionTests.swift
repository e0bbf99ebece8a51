import Datasets
import FoundationEssentials
import Networks
import Tensors
import Testing
import Training

/// Training in mixed precision.
@Suite(.serialized) struct PrecisionTests {
  private static var mixed: Recipe {
    var recipe = Toy.recipe
    recipe.precision = .mixedBFloat16
    return recipe
  }

  private func train(
    _ recipe: Recipe = mixed, units: BFloat16Units = .float, epochs: Int = 2, seed: UInt64 = 3
  ) throws -> Run {
    try BFloat16Units.with(units) {
      try Toy.network.train(
        .joint, on: Toy.data(count: 256), epochs: epochs, seed: seed, recipe: recipe)
    }
  }

  @Test func theSameSeedGivesTheSameBits() throws {
    let (one, two) = (try train(), try train())
    #expect(one.model.state() == two.model.state())
    #expect(one.history.epochs.map(\.exits) == two.history.epochs.map(\.exits))
    #expect(try train(Toy.recipe).model.state() != one.model.state())
  }

  @Test func aNetworkLearnsAsWellAsInFloats() throws {
    let data = try Dataset.digits()
    let net = Network(input: data.shape, classes: data.classes) {
      Conv(16, kernel: 3); BatchNorm(); ReLU()
      Exit("first")
      Residual(32, stride: 2)
      Exit("last")
    }
    func accuracies(_ precision: Precision, _ units: BFloat16Units) throws -> [Double] {
      try BFloat16Units.with(units) {
        let recipe = Recipe(precision: precision)
        let run = try net.train(.joint, on: data, epochs: 12, seed: 1, recipe: recipe)
        return try #require(run.validationAccuracies)
      }
    }
    let plain = try accuracies(.float32, .float)
    for units in [BFloat16Units.float, .bfloat16] where Precision.mixedBFloat16.isAvailable {
      let mixed = try accuracies(.mixedBFloat16, units)
      #expect(plain[1] > 0.95 && mixed[1] >= plain[1] - 0.01, "\(mixed) and \(plain)")
    }
  }

  /// An update of a thousandth of bfloat16's last place is not lost, and many of them add up.
  @Test func masterWeightsStayFloats() throws {
    let weight = Parameter(.ones([1, 4]), name: "weight")
    let x = Tensor.ones([1, 4])
    var velocity: Tensor?
    try BFloat16Units.with(.float) {
      for _ in 0..<1000 {
        let tape = Tape()
        let y = try Tensors.withPrecision(.mixedBFloat16) {
          try x.dense(weight: tape.watch(weight))
        }
        let gradient = try #require(try tape.gradients(of: y.sum())[weight])
        try weight.applySGD(gradient: gradient, learningRate: 1e-5, velocity: &velocity)
      }
    }
    #expect(weight.value.scalars.allSatisfy { abs($0 - 0.99) < 1e-4 })
  }

  @Test func theRecordSaysIt() throws {
    let run = try train(epochs: 1)
    #expect(run.recipe.precision == .mixedBFloat16)
    #expect(run.record.provenance.arithmetic == "bf16 factors in f32 units, the faster ones here")
    #expect("\(run.recipe)".contains("mixed precision in bfloat16"))
    let path = FileManager.default.temporaryDirectory.appending(path: "precision-\(UUID()).run")
      .path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try run.save(to: path)
    let back = try Run(contentsOf: path)
    #expect(back.record == run.record)
    #expect(back.recipe.precision == .mixedBFloat16)
    #expect(try train(Toy.recipe, epochs: 1).record.provenance.arithmetic == nil)
  }

  /// Recipes from before there was a choice.
  @Test func aRecipeWithoutItIsInFloats() throws {
    let stored = try JSONEncoder().encode(Recipe.default)
    #expect(String(decoding: stored, as: UTF8.self).contains("recision") == false)
    let back = try JSONDecoder().decode(Recipe.self, from: stored)
    #expect(back.precision == .float32)
    let mixed = try JSONDecoder().decode(Recipe.self, from: JSONEncoder().encode(Self.mixed))
    #expect(mixed == Self.mixed && mixed != Toy.recipe)
  }

  @Test func whatTheProcessorLacksIsSaidBeforeTraining() throws {
    let error = #expect(throws: TrainingError.self) { try train(units: .none) }
    #expect(error?.message.contains("AVX512_BF16 or AMX") == true)
    #expect(error?.message.contains("Precision.float32") == true)
  }

  @Test func aLossThatIsNoNumberStopsIt() throws {
    var recipe = Self.mixed
    (recipe.optimizer, recipe.gradientClip) = (SGD(learningRate: 1e30), nil)
    #expect(throws: TrainingDiverged.self) { try train(recipe) }
    #expect(Precision.current == .float32)
  }

  /// What users write themselves is trained in mixed precision, too.
  @Test func ownTrainablesObeyTheRecipe() throws {
    final class Linear: Trainable {
      let weight = Parameter(.zeros([4, 64]), name: "weight")
      var seen: Set<Precision> = []
      var parameters: [Parameter] { [weight] }
      func logits(_ images: Tensor, _ pass: Pass) throws -> [Tensor] {
        if pass.isTraining { seen.insert(.current) }
        return [try images.flattened().dense(weight: pass.value(of: weight))]
      }
    }
    let linear = Linear()
    try BFloat16Units.with(.float) {
      _ = try linear.train(on: Toy.data(count: 128), epochs: 1, recipe: Self.mixed)
    }
    #expect(linear.seen == [.mixedBFloat16])
  }
}
