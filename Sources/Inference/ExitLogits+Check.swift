extension ExitLogits {
  static func check(
    _ exits: [Exit], _ labels: [Int32], _ classes: Int, _ logits: [[Float]], _ difficulty: [Float]?
  ) throws {
    guard !exits.isEmpty else { throw InferenceError("An evaluation needs one exit or more.") }
    guard !labels.isEmpty else {
      throw InferenceError("There are no samples to evaluate: the split is empty.")
    }
    guard logits.count == exits.count else {
      throw InferenceError("There are \(exits.count) exits but logits of \(logits.count).")
    }
    try checkCosts(exits)
    if let place = labels.firstIndex(where: { !(0..<Int32(classes)).contains($0) }) {
      throw InferenceError(
        "Label \(labels[place]) of sample \(place) is outside the \(classes) classes of the network "
          + "(0…\(classes - 1)).")
    }
    for (exit, values) in zip(exits, logits) {
      try checkLogits(values, of: exit, count: labels.count, classes: classes)
    }
    if let difficulty, difficulty.count != labels.count {
      throw InferenceError(
        "There are \(labels.count) samples but \(difficulty.count) difficulties.")
    }
  }

  private static func checkCosts(_ exits: [Exit]) throws {
    for (early, late) in zip(exits, exits.dropFirst())
    where early.multiplyAdds > late.multiplyAdds {
      throw InferenceError(
        "Leaving at “\(late.name)” must not cost less than at “\(early.name)” before it; got "
          + "\(late.multiplyAdds) and \(early.multiplyAdds) multiply-adds.")
    }
  }

  private static func checkLogits(
    _ values: [Float], of exit: Exit, count: Int, classes: Int
  ) throws {
    guard values.count == count * classes else {
      throw InferenceError(
        "\(count) samples of \(classes) classes need \(count * classes) logits; “\(exit.name)” gave "
          + "\(values.count).")
    }
    if let place = values.firstIndex(where: { !$0.isFinite }) {
      throw InferenceError(
        "“\(exit.name)” gives the logit \(values[place]) for class \(place % classes) of sample "
          + "\(place / classes), which is not a finite number: training has diverged. Train with a "
          + "smaller learning rate.")
    }
  }
}
