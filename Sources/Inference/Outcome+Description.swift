internal import Datasets

extension Outcome: CustomStringConvertible {
  /// Accuracy and cost, then who left where.
  public var description: String {
    let cost = TextTable.operations(multiplyAdds)
    let head =
      "\(policy): accuracy \(TextTable.percent(accuracy)), \(cost) multiply-adds "
      + "(\(TextTable.percent(costFraction)) of the plain network)"
    return ([head] + TextTable.lines(table) + warnings).joined(separator: "\n")
  }

  private var table: [[String]] {
    let knowsDifficulty = difficulty != nil
    let head = ["exit", "left here", "share", "accuracy of these", "multiply-adds"]
    let rows = exits.indices.map { exit -> [String] in
      let cost = Double(exits[exit].multiplyAdds(counting: heads))
      let row = [
        exits[exit].name, "\(distribution[exit])",
        TextTable.percent(Double(distribution[exit]) / Double(count)),
        accuracyOfLeavers[exit].map(TextTable.percent) ?? "–", TextTable.operations(cost),
      ]
      guard knowsDifficulty else { return row }
      let mean = difficultyOfLeavers[exit].map { TextTable.decimal($0, places: 2) }
      return row + [mean ?? "–"]
    }
    return [head + (knowsDifficulty ? ["mean difficulty"] : [])] + rows
  }

  /// What a reader should not overlook.
  private var warnings: [String] {
    guard exits.count > 1, let all = distribution.firstIndex(of: count) else { return [] }
    return [
      "Note: every sample leaves at “\(exits[all].name)”, so this is no early exit but one static "
        + "exit; move the threshold."
    ]
  }
}

extension ExitLogits: CustomStringConvertible {
  /// Accuracy and cost of each exit.
  public var description: String {
    let rows = zip(exits, accuracies).enumerated().map { exit, values -> [String] in
      let mean = confidence[exit].reduce(0) { $0 + Double($1) } / Double(count)
      return [
        values.0.name, TextTable.percent(values.1), TextTable.percent(mean),
        TextTable.operations(Double(values.0.multiplyAdds)),
        TextTable.percent(Double(values.0.multiplyAdds) / Double(plainMultiplyAdds)),
      ]
    }
    let head = ["exit", "accuracy", "mean confidence", "multiply-adds", "of the plain network"]
    return
      (["\(exits.count) exits, \(count) samples, \(classes) classes"]
      + TextTable.lines([head] + rows)).joined(separator: "\n")
  }
}

extension Curve: CustomStringConvertible {
  /// Its ends and its table of budgets.
  public var description: String {
    let low = points.map(\.multiplyAdds).min() ?? 0
    let high = points.map(\.multiplyAdds).max() ?? 0
    let head =
      "\(criterion.rawValue): \(points.count) thresholds, \(TextTable.operations(low))…"
      + "\(TextTable.operations(high)) multiply-adds"
    let table = (try? budgetTable().description) ?? ""
    return head + "\n" + table
  }
}
