import Datasets
import Networks
import Tensors

/// What the training loop needs of something that learns: a ``Model``, or a type of one's own.
protocol Learner {
  /// The names of the exits, first to last.
  var exitNames: [String] { get }

  /// The parameters that a phase on `part` updates.
  func parameters(of part: Model.Part) -> [Parameter]

  /// The logits (N, classes) of the wanted exits, in their order.
  ///
  /// - Parameter part: What is being trained and recorded on the tape; nil to evaluate.
  func logits(
    _ images: Tensor, exits: [Int], training part: Model.Part?, tape: Tape?, random: inout Random
  ) throws -> [Tensor]

  /// Everything that training changes, by name.
  func state() -> [String: Tensor]

  /// Goes back to a state of the same learner.
  func restore(_ state: [String: Tensor]) throws
}

extension Learner {
  /// The exits that a phase on `part` trains: the last belongs to the backbone.
  func exits(of part: Model.Part) -> [Int] {
    switch part {
    case .backbone: [exitNames.count - 1]
    case .exits: Array(0..<(exitNames.count - 1))
    case .everything: Array(0..<exitNames.count)
    }
  }

  /// The accuracy of each of `exits` on a split, in 0…1; nil if the split is empty or `shouldStop`
  /// says so on the way.
  func accuracies(
    on split: Split, exits: [Int], batchSize: Int, precision: Precision = .current,
    shouldStop: () -> Bool = { false }
  ) throws -> [Double]? {
    if split.count == 0 { return nil }
    var meter = Meter(exits: exits.count)
    var random = Random(seed: 0)
    for start in stride(from: 0, to: split.count, by: batchSize) {
      if shouldStop() { return nil }
      let rows = Array(start..<min(start + batchSize, split.count))
      let logits = try Tensors.withPrecision(precision) {
        try self.logits(
          split.batch(rows), exits: exits, training: nil, tape: nil, random: &random)
      }
      meter.add(
        exits.map { _ in 0 }, logits, labels: Array(split.labels[start..<(start + rows.count)]))
    }
    return meter.accuracies
  }
}
