import Datasets
import Inference
import Networks
import Tensors
import Testing

/// Early exit carried out must be early exit simulated.
@Suite(.serialized) struct ExecutionTests {
  private func network() -> Network {
    Network(input: [16, 16, 1], classes: 10) {
      Conv(8, kernel: 3)
      BatchNorm()
      ReLU()
      Exit("one")
      Residual(16, stride: 2)
      Exit("two")
      Residual(32, stride: 2)
      Exit("three")
    }
  }

  /// Untrained heads answer evenly; larger weights spread their confidence over 0.1…1.
  private func model(seed: UInt64 = 1) throws -> Model {
    let model = try Model(network(), seed: seed)
    for exit in 0..<model.exitCount {
      for parameter in model.headParameters(exit) { parameter.value = try parameter.value * 12 }
    }
    return model
  }

  @Test func rowsLeaveAndAnswersStay() throws {
    let data = try Dataset.glyphs(count: 500, size: 16)
    var random = Random(seed: 4)
    for seed in 0..<3 as Range<UInt64> {
      let model = try model(seed: seed)
      let logits = try model.exitLogits(on: data.test, batch: 64)
      for _ in 0..<12 {
        let criterion = Criterion.allCases.randomElement(using: &random) ?? .confidence
        // Thresholds that are some sample's own score: the last bit decides.
        let thresholds = logits.scores(criterion).dropLast().map { scores in
          Double(scores.randomElement(using: &random) ?? 0.5)
        }
        let policy = Policy(
          criterion, thresholds: thresholds, isStrict: Bool.random(using: &random))
        let batch = [1, 7, 32, 100].randomElement(using: &random) ?? 1
        let executed = try model.execute(policy, on: data.test, batch: batch)
        let simulated = try logits.leaving(at: policy)
        #expect(executed.outcome.differences(from: simulated).isEmpty)
        #expect(executed.outcome == simulated)
        #expect(executed.seconds > 0)
        #expect(executed.plainSeconds > 0)
        #expect(executed.description.contains("executed in batches of \(batch): "))
      }
    }
  }

  @Test func aSampleGetsTheSameLogitsAloneAndInCompany() throws {
    let data = try Dataset.glyphs(count: 500, size: 16)
    let model = try model()
    let whole = try model.exitLogits(on: data.test)
    for batch in [1, 3, 15, 16, 17, 60] {
      #expect(try model.exitLogits(on: data.test, batch: batch).logits == whole.logits)
    }
  }

  @Test func somebodyLeavesAtEveryExit() throws {
    let data = try Dataset.glyphs(count: 500, size: 16)
    let logits = try model().exitLogits(on: data.train)
    let middles = logits.confidence.dropLast().map { Double($0.sorted()[logits.count / 2]) }
    let policy = Policy(.confidence, thresholds: middles)
    let outcome = try model().execute(policy, on: data.train).outcome
    #expect(outcome.distribution.allSatisfy { $0 > 0 })
    #expect(outcome.difficulty == data.train.difficulty)
    let first = outcome.samples(leavingAt: 0)
    #expect(data.train.keeping(first).count == outcome.distribution[0])
  }

  @Test func costsAreTheNetworks() throws {
    let data = try Dataset.glyphs(count: 50, size: 16)
    let logits = try model().exitLogits(on: data.test)
    let exits = try network().exits
    #expect(logits.exits.map(\.name) == ["one", "two", "three"])
    #expect(logits.exits.map(\.multiplyAdds) == exits.map(\.multiplyAdds))
    #expect(logits.plainMultiplyAdds == exits.last?.lazyMultiplyAdds)
  }

  @Test func whatDoesNotFitIsASentence() throws {
    let model = try model()
    let wide = try Dataset.glyphs(count: 50, size: 20)
    #expect(
      throws: InferenceError(
        "The network takes images of 16×16×1; those of the test split are 20×20×1.")
    ) { try model.exitLogits(on: wide.test) }
    let many = try Dataset(
      name: "many", images: [UInt8](repeating: 1, count: 256 * 40), labels: Array(0..<40),
      shape: [16, 16, 1], classes: 40, validation: 0, test: 0)
    #expect(throws: InferenceError.self) { try model.exitLogits(on: many.train) }
    let empty = try Dataset.glyphs(count: 50, size: 16).test.keeping([])
    #expect(throws: InferenceError.self) { try model.exitLogits(on: empty) }
    #expect(throws: InferenceError.self) {
      try model.execute(.confidence(2), on: Dataset.glyphs(count: 50, size: 16).test)
    }
  }
}
