import Datasets
import FoundationEssentials
import Tensors
import Testing
import Training

@Suite struct RecipeTests {
  @Test func aRecipeSurvivesStorage() throws {
    let recipe = Recipe(
      optimizer: AdamW(learningRate: 0.01, weightDecay: 0.2), schedule: .step(at: [0.5, 0.75]),
      batchSize: 64, augmentation: .cropAndFlip, loss: ExitLoss(.sum, weights: [1, 2]),
      earlyStopping: EarlyStopping(patience: 7), gradientClip: nil)
    let back = try JSONDecoder().decode(Recipe.self, from: JSONEncoder().encode(recipe))
    #expect(back == recipe)
    #expect(back.optimizer as? AdamW == AdamW(learningRate: 0.01, weightDecay: 0.2))
    #expect(back != .default)
  }

  struct Homemade: Optimizer {
    var learningRate = 0.5
    func update(_ parameter: Parameter, by gradient: Tensor, at step: inout Update) {}
  }

  @Test func anOptimizerOfOnesOwnIsRecordedByName() throws {
    let recipe = Recipe(optimizer: Homemade())
    let stored = try JSONEncoder().encode(recipe)
    let back = try JSONDecoder().decode(Recipe.self, from: stored)
    #expect(back.optimizer.learningRate == 0.5)
    let parameter = Parameter(.zeros([1]), name: "w")
    var update = Update(learningRate: 0.5)
    let error = #expect(throws: TrainingError.self) {
      try back.optimizer.update(parameter, by: .zeros([1]), at: &update)
    }
    #expect(error?.message.contains("\"Homemade\"") == true)
    let again = try JSONDecoder().decode(Recipe.self, from: JSONEncoder().encode(back))
    #expect(again == back)
  }

  @Test(arguments: [
    (Recipe(batchSize: 0), "batch size must be at least 1, got 0"),
    (Recipe(gradientClip: 0), "gradient clip is a norm and must be above 0, got 0.0"),
    (Recipe(optimizer: SGD(learningRate: 0)), "learning rate of SGD must be above 0, got 0.0"),
    (Recipe(optimizer: SGD(nesterov: true)), "Nesterov momentum needs a momentum above 0"),
    (Recipe(optimizer: Adam(beta1: 1)), "β₁ of Adam must lie from 0 up to but not at 1, got 1.0"),
    (
      Recipe(optimizer: AdamW(weightDecay: -1)), "weight decay of AdamW must be 0 or more, got -1.0"
    ),
    (Recipe(earlyStopping: EarlyStopping(patience: 0)), "patience must be at least 1"),
    (Recipe(schedule: .constant(warmUp: 2)), "warm-up is a share of the phase"),
  ])
  func mistakesGetASentence(recipe: Recipe, expected: String) {
    let error = #expect(throws: TrainingError.self) { try recipe.validate() }
    #expect(error?.message.contains(expected) == true)
  }

  @Test func theDefaultIsValidAndSaysWhatItIs() throws {
    try Recipe.default.validate()
    try Recipe.cifar.validate()
    #expect("\(Recipe.default)".hasPrefix("SGD at 0.1, Nesterov momentum 0.9, weight decay 0.0005"))
  }
}
