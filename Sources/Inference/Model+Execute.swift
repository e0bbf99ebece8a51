public import Datasets
public import Networks
internal import Tensors

/// Early exit as it was really carried out, with the time it took.
public struct ExecutedOutcome: Hashable, Sendable {
  /// Who left where and with which answer.
  public let outcome: Outcome
  /// Seconds for all samples: layers, heads, decisions and the removal of rows, without loading.
  public let seconds: Double
  /// Seconds for all samples to run through the plain network: all layers and the final classifier.
  public let plainSeconds: Double
  /// How many samples were run at a time.
  public let batch: Int

  /// `seconds` as a part of the plain network's; to be held beside `outcome.costFraction`.
  public var timeFraction: Double { seconds / plainSeconds }
}

extension Model {
  /// Carries out early exit: after every exit, the samples that leave are taken out of the batch, and
  /// only the others go on.
  ///
  /// The decisions are those of `exitLogits(on:).leaving(at:)`: the same function, applied to the same
  /// logits, bit for bit, because convolutions and dense layers add up in the same order whatever the
  /// batch. An operation of one's own that does not keep to that could let a sample within rounding of
  /// its threshold leave elsewhere; `differences(from:)` finds such samples.
  ///
  /// Everything runs once before it is timed, since a batch size met for the first time prepares new
  /// kernels. Then early exit and the plain network are timed in turns, batch by batch.
  ///
  /// - Parameters:
  ///   - policy: who may leave.
  ///   - split: what to run.
  ///   - batch: images run at a time; 1 for the time of single images.
  /// - Throws: an `InferenceError` if a threshold is outside 0…1, or images or labels do not fit;
  ///   errors of the network; `CancellationError` if ``Evaluation/shouldStop`` says so.
  public func execute(
    _ policy: Policy, on split: Split, batch: Int = 256
  ) throws -> ExecutedOutcome {
    try check(split, batch: batch)
    let execution = EarlyExecution(
      model: self, policy: policy, thresholds: try policy.resolved(exits: exitCount))
    let clock = ContinuousClock()
    var places: [Int] = []
    var predictions: [Int32] = []
    var (early, plain) = (Duration.zero, Duration.zero)
    for positions in split.positions(batch: batch) {
      try Evaluation.check()
      let images = split.batch(positions)
      _ = try execution.run(images)
      try execution.runPlain(images)
      var result = EarlyExecution.Result()
      early += try clock.measure { result = try execution.run(images) }
      plain += try clock.measure { try execution.runPlain(images) }
      places += result.places
      predictions += result.predictions
    }
    let outcome = Outcome(
      policy: policy, exits: exitCosts, heads: .everyHeadPassed, exitOfSample: places,
      predictions: predictions, labels: split.labels, difficulty: split.difficulty)
    return ExecutedOutcome(
      outcome: outcome, seconds: early / .seconds(1), plainSeconds: plain / .seconds(1),
      batch: batch)
  }
}

/// One batch on its way through a model.
private struct EarlyExecution {
  let model: Model
  let policy: Policy
  let thresholds: [Double?]

  struct Result {
    var places: [Int] = []
    var predictions: [Int32] = []
  }

  /// Exit and prediction of each row.
  func run(_ images: Tensor) throws -> Result {
    let count = images.shape[0]
    // Several threads ask at once, each about samples of its own.
    let places = UnsafeMutableBufferPointer<Int>.allocate(capacity: count)
    let predictions = UnsafeMutableBufferPointer<Int32>.allocate(capacity: count)
    defer {
      places.deallocate()
      predictions.deallocate()
    }
    try model.leaving(images) { exit, samples, logits in
      // A head where nobody can leave is passed all the same, as in the count of multiply-adds.
      let scores = Softmax.scores(logits, classes: model.network.classes)
      let isLast = exit == thresholds.count - 1
      var staying: [Int] = []
      for (row, sample) in samples.enumerated() {
        if isLast || leaves(scores, row, thresholds[exit]) {
          places[sample] = exit
          predictions[sample] = scores.predictions[row]
        } else {
          staying.append(row)
        }
      }
      return staying
    }
    return Result(places: Array(places), predictions: Array(predictions))
  }

  /// All rows through all layers and the final classifier.
  func runPlain(_ images: Tensor) throws {
    let last = model.exitCount - 1
    var random = Random(seed: 0)
    let logits = try model.logits(images, random: &random, exits: [last])
    _ = logits[last].map { Softmax.scores($0.scalars, classes: model.network.classes) }
  }

  private func leaves(_ scores: Softmax.Scores, _ row: Int, _ threshold: Double?) -> Bool {
    guard let threshold else { return false }
    let score =
      switch policy.criterion {
      case .confidence: scores.confidence[row]
      case .entropy: scores.entropy[row]
      }
    return policy.allows(score, at: threshold)
  }
}

extension Outcome {
  /// The samples that left elsewhere, or with another answer, than in another outcome of the same
  /// samples; empty if both are the same.
  public func differences(from other: Outcome) -> [Int] {
    precondition(count == other.count, "the outcomes are of \(count) and \(other.count) samples")
    return exitOfSample.indices.filter {
      exitOfSample[$0] != other.exitOfSample[$0] || predictions[$0] != other.predictions[$0]
    }
  }
}

extension ExecutedOutcome: CustomStringConvertible {
  /// The outcome, then its time beside its cost.
  public var description: String {
    let milliseconds = [seconds, plainSeconds].map {
      TextTable.decimal(1000 * $0 / Double(outcome.count), places: 3)
    }
    return outcome.description + "\n"
      + "executed in batches of \(batch): \(milliseconds[0]) ms a sample, the plain network "
      + "\(milliseconds[1]) ms: \(TextTable.percent(timeFraction)) of its time for "
      + "\(TextTable.percent(outcome.costFraction)) of its multiply-adds"
  }
}
