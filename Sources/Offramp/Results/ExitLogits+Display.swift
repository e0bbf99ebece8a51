public import Charts
public import Display
public import Inference

extension ExitLogits {
  /// Accuracy against cost: a line for each criterion, a symbol for each exit alone.
  public var chart: Chart {
    var figure = EarlyExitFigure([(name: "confidence", logits: [self])])
    figure.thresholds = .quantiles(80)
    var chart = figure.chart
    chart.subtitle = "line: confidence thresholds · symbols: everybody at one exit"
    return chart
  }

  private var table: ResultTable {
    var table = ResultTable(
      caption: "\(exits.count) exits, \(count) samples, \(classes) classes",
      columns: ["exit", "accuracy", "mean confidence", "multiply-adds", "of the plain network"])
    for (index, exit) in exits.enumerated() {
      let confidence = confidence[index].reduce(0) { $0 + Double($1) } / Double(count)
      table.append(
        exit: index, exit.name,
        [
          Written.percent(accuracies[index]), Written.percent(confidence),
          Written.count(Double(exit.multiplyAdds)),
          Written.percent(Double(exit.multiplyAdds) / Double(plainMultiplyAdds)),
        ])
    }
    return table
  }
}

extension ExitLogits: Displayable {
  /// Accuracy and cost of each exit, and what thresholds make of them.
  public var display: MIMEBundle {
    MIMEBundle(
      plain: description,
      ["text/html": .text(table.html + chart.size(width: 560, height: 320).image)])
  }
}
