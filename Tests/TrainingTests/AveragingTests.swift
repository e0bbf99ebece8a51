import Datasets
import Networks
import Tensors
import Testing
import Training

@Suite struct AveragingTests {
  private func train(_ averaging: WeightAveraging?, _ batchSize: Int = 64) throws -> Run {
    let recipe = Recipe(
      optimizer: SGD(learningRate: 0.05, momentum: 0.9), batchSize: batchSize,
      averaging: averaging)
    return try Toy.network.train(.joint, on: Toy.data(count: 320), epochs: 1, recipe: recipe)
  }

  @Test func afterOneStepItIsTwoElevenths() throws {
    let data = try Toy.data(count: 320)
    let before = try Model(Toy.network, seed: 0).state()
    let after = try train(nil, data.train.count).model.state()
    let average = try train(WeightAveraging(decay: 0.5), data.train.count).model.state()
    let kept: Float = 2 / 11
    for (name, tensor) in average {
      let (old, new) = (try #require(before[name]).scalars, try #require(after[name]).scalars)
      for (k, value) in tensor.scalars.enumerated() {
        #expect(abs(value - (kept * old[k] + (1 - kept) * new[k])) < 1e-6)
      }
    }
  }

  @Test func anAverageWithoutMemoryIsTheWeights() throws {
    let (plain, average) = (try train(nil), try train(WeightAveraging(decay: 0)))
    #expect(plain.model.state() == average.model.state())
    #expect(plain.validationAccuracies == average.validationAccuracies)
  }

  @Test func theAverageIsWhatIsValidated() throws {
    let run = try train(WeightAveraging(decay: 0.9))
    let data = try Toy.data(count: 320)
    let images = data.validation.batch(Array(0..<data.validation.count))
    var random = Random(seed: 0)
    let logits = try run.model.logits(images, random: &random)
    let hits = zip(try #require(logits[2]).argmax(), data.validation.labels).count {
      $0 == Int($1)
    }
    let accuracy = Double(hits) / Double(data.validation.count)
    #expect(run.validationAccuracies?.last == accuracy)
    #expect(run.model.state() != (try train(nil).model.state()))
  }

  @Test func anImpossibleDecayIsRefused() {
    let error = #expect(throws: TrainingError.self) { try train(WeightAveraging(decay: 1)) }
    #expect(error?.message.contains("a decay from 0 up to but not at 1, got 1.0") == true)
  }
}
