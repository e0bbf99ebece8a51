/// What every exit of a model says about every sample: the value from which all analyses of early
/// exit are computed.
///
/// The model runs once; criteria, thresholds, budgets and curves are then functions of this value.
/// K is the number of exits, N of samples, C of classes.
///
/// ```swift
/// let logits = try model.exitLogits(on: data.test)
/// try logits.leaving(at: .confidence(0.9))      // accuracy, cost, who left where
/// try logits.sweep(.confidence)                 // accuracy against multiply-adds
/// ```
public struct ExitLogits: Hashable, Sendable {
  /// The exits, first to last; the last is the final classifier.
  public let exits: [Exit]
  /// The class of each sample: N.
  public let labels: [Int32]
  /// How many classes there are: C.
  public let classes: Int
  /// The logits: K arrays of N×C.
  public let logits: [[Float]]
  /// How hard each sample was made, 0…1, where that is known: N.
  public let difficulty: [Float]?

  /// The class each exit finds most likely: K×N.
  public let predictions: [[Int32]]
  /// The largest softmax probability: K×N, 1/C…1.
  public let confidence: [[Float]]
  /// The entropy of the softmax probabilities divided by log C: K×N, 0 (certain)…1 (even).
  public let entropy: [[Float]]

  /// An exit and what it costs to leave there.
  public struct Exit: Hashable, Codable, Sendable {
    /// What the exit is called.
    public let name: String
    /// Multiply-adds for one sample: the backbone up to here and all heads up to here.
    public let multiplyAdds: Int
    /// Multiply-adds for one sample: the backbone up to here and this head only.
    public let lazyMultiplyAdds: Int

    public init(name: String, multiplyAdds: Int, lazyMultiplyAdds: Int) {
      self.name = name
      self.multiplyAdds = multiplyAdds
      self.lazyMultiplyAdds = lazyMultiplyAdds
    }
  }

  /// How many samples there are: N.
  public var count: Int { labels.count }

  /// Multiply-adds of the plain network: backbone and final classifier, without the other heads.
  public var plainMultiplyAdds: Int { exits[exits.count - 1].lazyMultiplyAdds }

  /// The share of samples that each exit alone classifies rightly: K.
  public var accuracies: [Double] {
    predictions.map { answers in
      let right = zip(answers, labels).count { $0 == $1 }
      return Double(right) / Double(count)
    }
  }

  /// Takes logits from anywhere.
  ///
  /// Throws an `InferenceError` if there are no exits or samples, sizes do not fit, costs do not grow,
  /// a label is no class, or a logit is not finite.
  public init(
    exits: [Exit], labels: [Int32], classes: Int, logits: [[Float]], difficulty: [Float]? = nil
  ) throws {
    self.exits = exits
    self.labels = labels
    self.classes = classes
    self.logits = logits
    self.difficulty = difficulty
    try ExitLogits.check(exits, labels, classes, logits, difficulty)
    let scores = logits.map { Softmax.scores($0, classes: classes) }
    predictions = scores.map(\.predictions)
    confidence = scores.map(\.confidence)
    entropy = scores.map(\.entropy)
  }

  /// The softmax probabilities of one exit: N×C.
  public func probabilities(exit: Int) -> [Float] {
    Softmax.probabilities(logits[exit], classes: classes)
  }

  /// The same for some of the samples, in the given order.
  ///
  /// Throws an `InferenceError` if there are none.
  public func samples(_ positions: [Int]) throws -> ExitLogits {
    try ExitLogits(
      exits: exits, labels: positions.map { labels[$0] }, classes: classes,
      logits: logits.map { all in
        positions.flatMap { all[($0 * classes)..<(($0 + 1) * classes)] }
      },
      difficulty: difficulty.map { all in positions.map { all[$0] } })
  }
}
