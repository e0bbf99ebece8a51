public import Datasets
public import Networks
internal import Tensors

extension Model {
  /// The logits of every exit for every image of a split, in evaluation.
  ///
  /// - Parameters:
  ///   - split: what to evaluate on.
  ///   - batch: images run at a time.
  /// - Throws: an `InferenceError` if the images or labels do not fit the network, the split is empty
  ///   or a logit is not finite; errors of the network; `CancellationError` if
  ///   ``Evaluation/shouldStop`` says so between two batches.
  public func exitLogits(on split: Split, batch: Int = 256) throws -> ExitLogits {
    try check(split, batch: batch)
    var logits = [[Float]](repeating: [], count: exitCount)
    for exit in logits.indices { logits[exit].reserveCapacity(split.count * network.classes) }
    for positions in split.positions(batch: batch) {
      try Evaluation.check()
      for (exit, values) in try self.logits(split.batch(positions)).enumerated() {
        values.withUnsafeBuffer { logits[exit].append(contentsOf: $0) }
      }
    }
    return try ExitLogits(
      exits: exitCosts, labels: split.labels, classes: network.classes, logits: logits,
      difficulty: split.difficulty)
  }

  /// What it costs to leave at each exit.
  var exitCosts: [ExitLogits.Exit] {
    plan.exits.map {
      ExitLogits.Exit(
        name: $0.name, multiplyAdds: $0.multiplyAdds, lazyMultiplyAdds: $0.lazyMultiplyAdds)
    }
  }

  /// Makes sure that a split can be run.
  func check(_ split: Split, batch: Int) throws {
    guard batch > 0 else {
      throw InferenceError("A batch has 1 image or more; got a batch of \(batch).")
    }
    guard split.count > 0 else {
      throw InferenceError("The \(split.name) split is empty: there is nothing to evaluate.")
    }
    guard split.shape == network.input else {
      throw InferenceError(
        "The network takes images of \(network.input); those of the \(split.name) split are "
          + "\(split.shape).")
    }
    if let place = split.labels.firstIndex(where: { !(0..<network.classes).contains(Int($0)) }) {
      throw InferenceError(
        "Label \(split.labels[place]) of image \(place) of the \(split.name) split is outside the "
          + "\(network.classes) classes of the network (0…\(network.classes - 1)).")
    }
  }
}

extension Split {
  /// All positions, cut into batches.
  func positions(batch: Int) -> [[Int]] {
    stride(from: 0, to: count, by: batch).map { Array($0..<min(count, $0 + batch)) }
  }
}
