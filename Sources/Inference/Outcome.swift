/// How the work of an exit's head is counted when a sample passes the exit and goes on.
public enum HeadCost: String, Hashable, Codable, Sendable {
  /// All heads a sample has passed are counted: what early exit really computes.
  case everyHeadPassed
  /// Only the head where it leaves is counted, as if one knew where that will be.
  case lastHeadOnly
}

extension ExitLogits.Exit {
  /// Multiply-adds for one sample that leaves here.
  public func multiplyAdds(counting heads: HeadCost) -> Int {
    heads == .everyHeadPassed ? multiplyAdds : lazyMultiplyAdds
  }
}

/// What happens when samples leave by a policy.
public struct Outcome: Hashable, Sendable {
  public let policy: Policy
  /// The exits there are.
  public let exits: [ExitLogits.Exit]
  /// How heads are counted in `multiplyAdds`.
  public let heads: HeadCost
  /// The exit each sample left at, 0 for the first: N.
  public let exitOfSample: [Int]
  /// The class each sample was given: N.
  public let predictions: [Int32]
  /// The class each sample has: N.
  public let labels: [Int32]
  /// How hard each sample was made, where that is known: N.
  public let difficulty: [Float]?
  /// How many samples left at each exit; adds up to N.
  public let distribution: [Int]

  init(
    policy: Policy, exits: [ExitLogits.Exit], heads: HeadCost, exitOfSample: [Int],
    predictions: [Int32], labels: [Int32], difficulty: [Float]?
  ) {
    self.policy = policy
    self.exits = exits
    self.heads = heads
    self.exitOfSample = exitOfSample
    self.predictions = predictions
    self.labels = labels
    self.difficulty = difficulty
    distribution = exitOfSample.reduce(into: Array(repeating: 0, count: exits.count)) {
      $0[$1] += 1
    }
  }

  /// How many samples there are: N.
  public var count: Int { labels.count }

  /// The samples that left at an exit, to look at: `split.keeping(outcome.samples(leavingAt: 0))`.
  public func samples(leavingAt exit: Int) -> [Int] {
    exitOfSample.indices.filter { exitOfSample[$0] == exit }
  }

  /// The share of samples that were classified rightly.
  public var accuracy: Double {
    Double(zip(predictions, labels).count { $0 == $1 }) / Double(count)
  }

  /// Multiply-adds of a sample on average.
  public var multiplyAdds: Double {
    let total = zip(distribution, exits).reduce(0) {
      $0 + $1.0 * $1.1.multiplyAdds(counting: heads)
    }
    return Double(total) / Double(count)
  }

  /// `multiplyAdds` as a part of the cost of the plain network (no heads but the last).
  public var costFraction: Double {
    multiplyAdds / Double(exits[exits.count - 1].lazyMultiplyAdds)
  }

  /// The accuracy among those who left at each exit; nil where nobody did.
  public var accuracyOfLeavers: [Double?] {
    exits.indices.map { exit in
      let leavers = samples(leavingAt: exit)
      guard !leavers.isEmpty else { return nil }
      let right = leavers.count { predictions[$0] == labels[$0] }
      return Double(right) / Double(leavers.count)
    }
  }

  /// The mean difficulty of those who left at each exit; nil where nobody did or none is known.
  public var difficultyOfLeavers: [Double?] {
    exits.indices.map { exit in
      guard let difficulty, distribution[exit] > 0 else { return nil }
      let leavers = samples(leavingAt: exit)
      return leavers.reduce(0) { $0 + Double(difficulty[$1]) } / Double(leavers.count)
    }
  }
}

extension ExitLogits {
  /// Lets every sample leave at the first exit that the policy allows.
  ///
  /// Throws an `InferenceError` if a threshold is outside 0…1 or their number does not fit.
  public func leaving(
    at policy: Policy, counting heads: HeadCost = .everyHeadPassed
  ) throws -> Outcome {
    let places = try leavingPlaces(policy)
    return Outcome(
      policy: policy, exits: exits, heads: heads, exitOfSample: places,
      predictions: places.enumerated().map { predictions[$0.element][$0.offset] },
      labels: labels, difficulty: difficulty)
  }

  /// The exit of each sample.
  func leavingPlaces(_ policy: Policy) throws -> [Int] {
    let thresholds = try policy.resolved(exits: exits.count)
    let scores = scores(policy.criterion)
    return (0..<count).map { sample in
      for (exit, threshold) in thresholds.enumerated() {
        if let threshold, policy.allows(scores[exit][sample], at: threshold) { return exit }
      }
      return exits.count - 1
    }
  }

  /// What a criterion compares: K×N.
  public func scores(_ criterion: Criterion) -> [[Float]] {
    switch criterion {
    case .confidence: confidence
    case .entropy: entropy
    }
  }
}
