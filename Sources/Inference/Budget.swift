internal import Glibc

/// How many samples are to leave at each exit: the allocation of the budgeted search.
///
/// Exit k (1…K) gets a share P_k proportional to r^k. A ratio below 1 favours early exits, above 1
/// late ones. Huang et al. 2018 (MSDNet) describe a share q of the samples that reach an exit as
/// leaving there, P_k ∝ (1 − q)^(k−1): that is r = 1 − q. Their program takes r = p/20 for p = 1…39.
public struct Allocation: Hashable, Codable, Sendable {
  /// The ratio r of the shares of two neighbouring exits.
  public let ratio: Double

  /// Shares proportional to powers of `ratio`.
  public init(ratio: Double) { self.ratio = ratio }

  /// A share `q`, above 0 and below 1, of those who reach an exit leaves there.
  public init(leaving q: Double) { ratio = 1 - q }

  /// The ratios that the literature tries: 0.05, 0.1 … 1.95.
  public static let standard = (1...39).map { Allocation(ratio: Double($0) / 20) }

  /// The share of each of `exits` exits; they add up to 1.
  ///
  /// Throws an `InferenceError` if the ratio is not above 0.
  public func shares(exits: Int) throws -> [Double] {
    guard ratio > 0, ratio.isFinite else {
      throw InferenceError(
        "The ratio of an allocation is above 0 (below 1 for early exits, above 1 for late ones); got "
          + "\(ratio).")
    }
    // Powers relative to the largest, so that none overflows.
    let largest = ratio > 1 ? exits - 1 : 0
    let powers = (0..<exits).map { pow(ratio, Double($0 - largest)) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
}

extension ExitLogits {
  /// Thresholds for each exit with which these samples leave in the shares of an allocation.
  ///
  /// Made for validation samples; the thresholds are then used on others. At each exit in turn the
  /// ⌊N P_k⌋ most certain of the samples that are still there leave, and with them all that are as
  /// certain as the least certain of them (Huang et al. 2018, `dynamic_eval_find_threshold`).
  ///
  /// Throws an `InferenceError` if the ratio is not above 0.
  public func policy(
    _ allocation: Allocation, criterion: Criterion = .confidence
  ) throws -> Policy {
    let shares = try allocation.shares(exits: exits.count)
    let all = scores(criterion)
    var staying = Array(0..<count)
    var thresholds: [Double?] = []
    for exit in exits.indices.dropLast() {
      let scores = all[exit]
      let wanted = min(staying.count, Int((Double(count) * shares[exit] + 1e-9).rounded(.down)))
      guard wanted > 0 else {
        thresholds.append(nil)
        continue
      }
      let sorted = staying.map { scores[$0] }.sorted()
      let threshold = Double(
        criterion == .confidence ? sorted[sorted.count - wanted] : sorted[wanted - 1])
      thresholds.append(threshold)
      let rule = Policy(criterion, threshold, isStrict: false)
      staying.removeAll { rule.allows(scores[$0], at: threshold) }
    }
    return Policy(criterion, thresholds: thresholds, isStrict: false)
  }

  /// The policy that spends most on these samples without exceeding a budget.
  ///
  /// The expected cost grows with the allocation's ratio; the ratio is found by bisection.
  ///
  /// - Parameter budget: a part of the plain network's multiply-adds, for a sample on average.
  /// - Throws: an `InferenceError` if even leaving at the first exit costs more.
  public func policy(
    spending budget: Double, criterion: Criterion = .confidence,
    counting heads: HeadCost = .everyHeadPassed
  ) throws -> Policy {
    func cost(_ policy: Policy) throws -> Double {
      try leaving(at: policy, counting: heads).costFraction
    }
    var best = Policy(
      criterion, thresholds: [criterion == .confidence ? 0 : 1], isStrict: false)
    let cheapest = try cost(best)
    guard cheapest <= budget else {
      throw InferenceError(
        "A budget of \(budget) of the plain network cannot be kept: leaving at the first exit costs "
          + "\(cheapest).")
    }
    var (low, high) = (-12.0, 12.0)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      let candidate = try policy(Allocation(ratio: exp(middle)), criterion: criterion)
      if try cost(candidate) <= budget {
        (best, low) = (candidate, middle)
      } else {
        high = middle
      }
    }
    return best
  }

  /// The curve of the budgeted search: thresholds are fitted on these samples (validation) for every
  /// allocation, and used on `test`.
  ///
  /// The `threshold` of a point is the allocation's ratio.
  ///
  /// - Throws: an `InferenceError` if the exits are not the same or a ratio is not above 0.
  public func budgetedCurve(
    on test: ExitLogits, allocations: [Allocation] = Allocation.standard,
    criterion: Criterion = .confidence, counting heads: HeadCost = .everyHeadPassed
  ) throws -> Curve {
    guard test.exits == exits else {
      throw InferenceError(
        "Thresholds fitted on \(exits.map(\.name)) cannot be used on \(test.exits.map(\.name)).")
    }
    let points = try allocations.map { allocation in
      let outcome = try test.leaving(
        at: policy(allocation, criterion: criterion), counting: heads)
      return Curve.Point(threshold: allocation.ratio, outcome)
    }
    return Curve(
      criterion: criterion, heads: heads, exits: exits, points: points, isBudgeted: true)
  }
}
