internal import Datasets

/// Accuracy at parts of the plain network's cost: the table of the papers.
///
/// A budget is a part of the multiply-adds of the *plain* network (backbone and final classifier). Its
/// entry is the accuracy of the point of the curve that costs most without exceeding the budget (no
/// interpolation), and blank if even the cheapest point exceeds it. Of two points of equal cost the
/// better counts. Two maxima are given, because the literature uses both: the accuracy of the most
/// reluctant threshold of the sweep, where nearly all reach the last exit, and the best accuracy of
/// any threshold.
public struct BudgetTable: Hashable, Sendable {
  /// The budgets, as parts of 1.
  public let budgets: [Double]
  public let rows: [Row]

  /// A line of the table: one or more curves (seeds) under one name.
  public struct Row: Hashable, Sendable {
    public let name: String
    /// One for each budget; nil if a curve has no point within the budget.
    public let accuracies: [Estimate?]
    /// At the threshold with which samples stay longest.
    public let maximumAtLastThreshold: Estimate
    /// At the threshold that is best.
    public let maximumOverSweep: Estimate
  }

  /// A table of curves by name; several curves of one name are averaged.
  ///
  /// Throws an `InferenceError` if a budget is not above 0 or a name has no curves.
  public init(_ curves: [(name: String, curves: [Curve])], budgets: [Double] = standard) throws {
    if let bad = budgets.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw InferenceError("A budget is a part of the plain network's cost above 0; got \(bad).")
    }
    self.budgets = budgets
    rows = try curves.map { name, curves in
      guard !curves.isEmpty else { throw InferenceError("“\(name)” has no curves to tabulate.") }
      return Row(
        name: name,
        accuracies: budgets.map { budget in
          let found = curves.compactMap { $0.accuracy(within: budget) }
          return found.count == curves.count ? Estimate(found) : nil
        },
        maximumAtLastThreshold: Estimate(curves.map(\.accuracyOfTheReluctant)),
        maximumOverSweep: Estimate(curves.map(\.bestAccuracy)))
    }
  }

  /// 25, 50, 75 and 100 %.
  public static let standard = [0.25, 0.5, 0.75, 1]
}

extension Curve {
  /// The accuracy that a part `budget` of the plain network's cost buys; nil if nothing is that cheap.
  public func accuracy(within budget: Double) -> Double? {
    let limit = budget * Double(plainMultiplyAdds)
    // A budget of 100 % must not be missed by the last bit of a mean.
    let affordable = points.filter { $0.multiplyAdds <= limit * (1 + 1e-12) }
    let best = affordable.max {
      $0.multiplyAdds == $1.multiplyAdds
        ? $0.accuracy < $1.accuracy : $0.multiplyAdds < $1.multiplyAdds
    }
    return best?.accuracy
  }

  /// Accuracy at the threshold with which samples stay longest.
  var accuracyOfTheReluctant: Double {
    (criterion == .confidence || isBudgeted ? points.last : points.first)?.accuracy ?? 0
  }

  /// The best accuracy of any threshold.
  var bestAccuracy: Double { points.map(\.accuracy).max() ?? 0 }

  /// The table of this curve alone.
  ///
  /// Throws an `InferenceError` if a budget is not above 0.
  public func budgetTable(_ budgets: [Double] = BudgetTable.standard) throws -> BudgetTable {
    try BudgetTable([(criterion.rawValue, [self])], budgets: budgets)
  }
}

extension ExitLogits {
  /// Accuracy at parts of the plain network's cost, from a sweep.
  ///
  /// Throws an `InferenceError` if a budget is not above 0.
  public func budgetTable(
    _ budgets: [Double] = BudgetTable.standard, criterion: Criterion = .confidence,
    thresholds: Thresholds = .even(100), counting heads: HeadCost = .everyHeadPassed
  ) throws -> BudgetTable {
    try sweep(criterion, thresholds: thresholds, counting: heads).budgetTable(budgets)
  }
}

extension BudgetTable: CustomStringConvertible {
  /// Accuracies in per cent, with deviations where there are several curves.
  public var description: String {
    func percent(_ estimate: Estimate?) -> String {
      guard let estimate else { return "–" }
      let mean = TextTable.decimal(100 * estimate.mean, places: 2)
      guard estimate.count > 1 else { return mean }
      return "\(mean) ± \(TextTable.decimal(100 * estimate.deviation, places: 2))"
    }
    let heads = budgets.map { TextTable.trimmed(100 * $0) + " %" }
    let head = ["accuracy in % at"] + heads + ["max (last τ)", "max (best τ)"]
    let body = rows.map { row in
      [row.name] + row.accuracies.map(percent)
        + [percent(row.maximumAtLastThreshold), percent(row.maximumOverSweep)]
    }
    return TextTable.lines([head] + body).joined(separator: "\n")
  }
}
