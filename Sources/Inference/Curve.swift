/// Which thresholds a sweep tries.
public enum Thresholds: Hashable, Sendable {
  /// So many, evenly from 0 to 1. A well-trained network answers with confidence near 1, so most of
  /// these can fall into a gap; then ask for quantiles.
  case even(Int)
  /// So many, at equal steps of the scores that occur at the exits but the last, with 0 and 1: the
  /// points of the curve are evenly spread.
  case quantiles(Int)
  /// These.
  case values([Double])
}

/// Accuracy against cost over thresholds: one policy a point.
public struct Curve: Hashable, Sendable {
  public let criterion: Criterion
  /// How heads are counted.
  public let heads: HeadCost
  /// The exits there are.
  public let exits: [ExitLogits.Exit]
  /// In the order of the thresholds, lowest first.
  public let points: [Point]
  /// Whether thresholds come from a budgeted search, so that a point's `threshold` is the ratio of an
  /// allocation.
  public let isBudgeted: Bool

  /// What one threshold gives.
  public struct Point: Hashable, Codable, Sendable {
    public let threshold: Double
    /// The share classified rightly.
    public let accuracy: Double
    /// Multiply-adds of a sample on average.
    public let multiplyAdds: Double
    /// `multiplyAdds` as a part of the plain network's.
    public let costFraction: Double
    /// How many samples left at each exit.
    public let distribution: [Int]

    init(threshold: Double, _ outcome: Outcome) {
      self.threshold = threshold
      accuracy = outcome.accuracy
      multiplyAdds = outcome.multiplyAdds
      costFraction = outcome.costFraction
      distribution = outcome.distribution
    }
  }

  /// Multiply-adds of the plain network: backbone and final classifier.
  public var plainMultiplyAdds: Int { exits[exits.count - 1].lazyMultiplyAdds }
}

/// What one exit gives when everybody leaves there.
public struct StaticExit: Hashable, Codable, Sendable {
  /// The name of the exit.
  public let name: String
  /// Multiply-adds of a sample.
  public let multiplyAdds: Int
  /// `multiplyAdds` as a part of the plain network's.
  public let costFraction: Double
  /// The share classified rightly.
  public let accuracy: Double
}

extension ExitLogits {
  /// Everybody at the first exit, everybody at the second, and so on: the curve of an anytime network.
  public func staticExits(counting heads: HeadCost = .everyHeadPassed) -> [StaticExit] {
    zip(exits, accuracies).map { exit, accuracy in
      let cost = exit.multiplyAdds(counting: heads)
      return StaticExit(
        name: exit.name, multiplyAdds: cost,
        costFraction: Double(cost) / Double(plainMultiplyAdds), accuracy: accuracy)
    }
  }

  /// Tries thresholds, the same for all exits: the figure of the papers.
  ///
  /// Throws an `InferenceError` if a threshold is outside 0…1 or fewer than 2 are asked for.
  public func sweep(
    _ criterion: Criterion = .confidence, thresholds: Thresholds = .even(100),
    isStrict: Bool = true, counting heads: HeadCost = .everyHeadPassed
  ) throws -> Curve {
    let points = try values(thresholds, criterion).map { threshold in
      let policy = Policy(criterion, threshold, isStrict: isStrict)
      return Curve.Point(threshold: threshold, try leaving(at: policy, counting: heads))
    }
    return Curve(
      criterion: criterion, heads: heads, exits: exits, points: points, isBudgeted: false)
  }

  private func values(_ thresholds: Thresholds, _ criterion: Criterion) throws -> [Double] {
    switch thresholds {
    case .values(let values):
      for value in values { try Policy.check(value, criterion) }
      guard !values.isEmpty else { throw InferenceError("A sweep needs one threshold or more.") }
      return values.sorted()
    case .even(let count):
      try atLeastTwo(count)
      return (0..<count).map { Double($0) / Double(count - 1) }
    case .quantiles(let count):
      try atLeastTwo(count)
      let all = scores(criterion).dropLast().joined().sorted()
      guard !all.isEmpty, count > 2 else { return [0, 1] }
      let inner = (1..<(count - 1)).map { step in
        Double(all[Int((Double(step) / Double(count - 1) * Double(all.count - 1)).rounded())])
      }
      return [0] + inner + [1]
    }
  }

  private func atLeastTwo(_ count: Int) throws {
    guard count >= 2 else {
      throw InferenceError("A sweep from 0 to 1 needs 2 thresholds or more; got \(count).")
    }
  }
}
