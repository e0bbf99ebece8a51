import Charts
public import Display
public import Inference

extension ExecutedOutcome: Displayable {
  /// Where samples leave, and the measured time beside the counted multiply-adds.
  public var display: MIMEBundle {
    var table = ResultTable(
      caption: "\(outcome.count) samples, \(batch) at a time",
      columns: ["", "early exit", "plain network", "early exit / plain"])
    table.append(
      "time", [Written.time(seconds), Written.time(plainSeconds), Written.percent(timeFraction)])
    let plain = Double(outcome.exits.last?.lazyMultiplyAdds ?? 0)
    table.append(
      "multiply-adds a sample",
      [
        Written.count(outcome.multiplyAdds), Written.count(plain),
        Written.percent(outcome.costFraction),
      ])
    let chart = outcome.chart.size(width: 560, height: 300).image
    return MIMEBundle(plain: description, ["text/html": .text(table.html + chart)])
  }
}
