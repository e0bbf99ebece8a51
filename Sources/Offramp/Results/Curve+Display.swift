public import Charts
public import Display
public import Inference

extension Curve {
  /// Accuracy against the mean cost of a sample, over the thresholds.
  public var chart: Chart {
    Chart(title: "Accuracy against cost", subtitle: "\(points.count) \(criterion) thresholds") {
      Line(
        points.map { ChartPoint(x: $0.multiplyAdds, y: $0.accuracy) }, label: criterion.rawValue)
    }
    .xAxis("Multiply-adds a sample", format: .si()).yAxis("Accuracy", format: .percent)
  }
}

extension Curve: Displayable {
  /// Accuracy against cost, as a chart and a table of budgets.
  public var display: MIMEBundle {
    let table = try? budgetTable().html
    return MIMEBundle(plain: description, ["text/html": .text(chart.image + (table ?? ""))])
  }
}

extension BudgetTable {
  /// The table for a page.
  var html: String {
    let heads = budgets.map {
      Written.percent($0, decimals: $0 * 100 == ($0 * 100).rounded() ? 0 : 1)
    }
    var table = ResultTable(
      caption: "Accuracy at parts of the plain network’s multiply-adds",
      columns: [""] + heads + ["max (last τ)", "max (best τ)"])
    for row in rows {
      let estimates = row.accuracies + [row.maximumAtLastThreshold, row.maximumOverSweep]
      table.append(row.name, estimates.map(Self.text))
    }
    return table.html
  }

  private static func text(_ estimate: Estimate?) -> String {
    estimate.map {
      Written.percent(mean: $0.mean, deviation: $0.deviation, count: $0.count)
    } ?? "–"
  }
}

extension BudgetTable: Displayable {
  /// The table: a row for each name, a column for each budget.
  public var display: MIMEBundle { MIMEBundle(plain: description, ["text/html": .text(html)]) }
}
