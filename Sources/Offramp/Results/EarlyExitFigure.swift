public import Charts
public import Inference

/// The figure of the early-exit papers: accuracy against what a sample costs.
///
/// A line shows what thresholds give, a symbol what an exit gives when everybody leaves there.
/// Several evaluations under one name, as from several seeds, are averaged at equal places of the
/// sweep, in accuracy and in cost, with a band of one standard deviation about the mean.
///
/// ```swift
/// EarlyExitFigure([(name: "joint", logits: seeds)]).chart
/// ```
public struct EarlyExitFigure: Sendable {
  /// What is drawn along the horizontal axis.
  public enum Cost: Hashable, Sendable {
    /// The mean multiply-adds of a sample.
    case multiplyAdds
    /// The mean multiply-adds of a sample as a share of the plain network's.
    case costFraction
    /// The threshold itself.
    case threshold
  }

  /// Evaluations by name; those of one name are averaged.
  public var series: [(name: String, logits: [ExitLogits])]
  /// What is drawn along the horizontal axis.
  public var cost = Cost.multiplyAdds
  /// What decides whether a sample leaves.
  public var criterion = Criterion.confidence
  /// The thresholds; quantiles spread the points of a curve evenly.
  public var thresholds = Thresholds.quantiles(80)
  /// Sentences for below the chart.
  public var notes: [String] = []

  /// A figure of evaluations by name.
  public init(_ series: [(name: String, logits: [ExitLogits])]) { self.series = series }

  /// The chart; a series that cannot be drawn is left out with a note.
  public var chart: Chart {
    var marks: [Mark] = []
    var notes = self.notes
    for (name, logits) in series where !logits.isEmpty {
      do {
        marks += try self.marks(name, logits)
      } catch {
        notes.append("“\(name)” is left out: \(error)")
      }
    }
    var chart = Chart(title: title, subtitle: subtitle, marks: marks).yAxis(
      "Accuracy", format: .percent)
    chart.notes = notes
    chart.x = axis(marks)
    return chart
  }

  private var title: String {
    cost == .threshold ? "Accuracy against threshold" : "Accuracy against cost"
  }

  private var subtitle: String {
    let seeds = series.map(\.logits.count).max() ?? 0
    var parts = ["lines: \(criterion) thresholds"]
    if cost != .threshold { parts.append("symbols: everybody at one exit") }
    if seeds > 1 { parts.append("bands: ± one standard deviation over \(seeds) runs") }
    return parts.joined(separator: " · ")
  }

  private func axis(_ marks: [Mark]) -> Axis {
    switch cost {
    case .costFraction: Axis("Multiply-adds a sample, share of the plain network", format: .percent)
    case .threshold: Axis("Threshold")
    case .multiplyAdds:
      Axis("Multiply-adds a sample", scale: isWide(marks) ? .log : .linear, format: .si())
    }
  }

  /// Whether costs span so much that small ones need a logarithmic axis to be seen.
  private func isWide(_ marks: [Mark]) -> Bool {
    let values = marks.flatMap { mark -> [Double] in
      if case .line(let line) = mark { line.points.map(\.x) } else { [] }
    }
    guard let low = values.min(), let high = values.max(), low > 0 else { return false }
    return high / low > 8
  }

  private func marks(_ name: String, _ logits: [ExitLogits]) throws -> [Mark] {
    let curves = try logits.map { try $0.sweep(criterion, thresholds: thresholds) }
    let points = try AverageCurve(curves).points
    let x = points.map(abscissa)
    let y = points.map(\.accuracy.mean)
    var marks: [Mark] = [.line(Line(x: x, y: y, label: name))]
    if logits.count > 1 {
      let deviation = points.map(\.accuracy.deviation)
      let band = Band(
        x: x, low: zip(y, deviation).map { $0 - $1 }, high: zip(y, deviation).map { $0 + $1 },
        label: name)
      marks.insert(.band(band), at: 0)
    }
    return cost == .threshold ? marks : marks + [.points(Points(staticExits(logits), label: name))]
  }

  private func abscissa(_ point: AverageCurve.Point) -> Double {
    switch cost {
    case .multiplyAdds: point.multiplyAdds.mean
    case .costFraction: point.costFraction.mean
    case .threshold: point.threshold
    }
  }

  private func staticExits(_ logits: [ExitLogits]) -> [ChartPoint] {
    let all = logits.map { $0.staticExits() }
    return all[0].indices.map { exit in
      let exits = all.map { $0[exit] }
      let accuracy = exits.reduce(0) { $0 + $1.accuracy } / Double(exits.count)
      let spent = cost == .costFraction ? exits[0].costFraction : Double(exits[0].multiplyAdds)
      return ChartPoint(x: spent, y: accuracy)
    }
  }
}
