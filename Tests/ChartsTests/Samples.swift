import Charts

/// The charts whose drawings are kept in `Golden/`.
enum Samples {
  /// The figure of the early-exit papers: a curve, a band and static exits for each regime.
  static var regimes: Chart {
    let costs = (0...24).map { (step: Int) -> Double in
      let share = Double(step * step) / 72
      return 4.5e6 * (1 + share)
    }
    let regimes = [("disjoint", 0.62, 0.905), ("joint", 0.78, 0.918), ("mixed", 0.75, 0.927)]
    return Chart(title: "Three training regimes", subtitle: "ResNet-20, 3 exits, 4 seeds") {
      for (name, low, high) in regimes {
        let curve = costs.map { cost in
          let share = (cost - costs[0]) / (costs[24] - costs[0])
          return high - (high - low) * (1 - share) * (1 - share) * (1 - share)
        }
        Band(x: costs, low: curve.map { $0 - 0.006 }, high: curve.map { $0 + 0.006 }, label: name)
        Line(x: costs, y: curve, label: name)
        Points(
          x: [costs[0], costs[14], costs[24]],
          y: [curve[0] - 0.01, curve[14] - 0.02, curve[24]], label: name)
      }
    }
    .xAxis("Multiply-adds per image", scale: .log, format: .si())
    .yAxis("Accuracy", format: .percent)
  }

  private static func accuracy(_ epoch: Double, _ exit: Int) -> Double {
    let limit = 0.75 + 0.06 * Double(exit)
    return limit - 0.6 / (epoch + 1)
  }

  /// Curves over epochs, each with a symbol at every epoch.
  static var learning: Chart {
    let epochs = (1...12).map(Double.init)
    return Chart(title: "Validation accuracy while training") {
      for exit in 1...3 {
        Line(
          x: epochs, y: epochs.map { (epoch: Double) -> Double in accuracy(epoch, exit) },
          label: "stage \(exit)", symbols: true)
      }
    }
    .xAxis("Epoch").yAxis("Accuracy", format: .percent)
  }

  /// A loss that falls over three decades.
  static var decades: Chart {
    let steps = (0..<120).map(Double.init)
    return Chart(title: "Loss") {
      Line(x: steps, y: steps.map { 2.3 / (1 + $0 * $0) + 0.0004 })
    }
    .xAxis("Step").yAxis("Cross-entropy", scale: .log)
  }

  /// Bars of two series.
  static var distribution: Chart {
    let exits = ["stage 1", "stage 2", "stage 3"]
    return Chart(title: "Where images leave", subtitle: "confidence ≥ 0.9, test") {
      Bars(exits, [0.71, 0.2, 0.09], label: "easy half")
      Bars(exits, [0.184, 0.31, 0.506], label: "hard half")
    }
    .xAxis("Exit").yAxis("Share of images", format: .percent)
  }

  /// One series of bars and a level line.
  static var bars: Chart {
    Chart(title: "Accuracy of each exit") {
      Bars(["exit 1", "exit 2", "exit 3", "exit 4"], [0.61, 0.78, 0.86, 0.9])
      Rule(y: 0.1, label: "chance")
    }
    .yAxis("Accuracy", format: .percent, domain: 0...1)
  }

  /// Symbols, and lines across at two thresholds.
  static var thresholds: Chart {
    let scores = (0..<40).map { Double($0) / 40 }
    return Chart(title: "Accuracy against threshold") {
      Line(x: scores, y: scores.map { 0.6 + 0.3 * $0 * (2 - $0) }, label: "test")
      Rule(x: 0.5, label: "τ = 0.5")
      Rule(x: 0.53, label: "τ = 0.53")
      Rule(x: 0.93, label: "τ = 0.93, the best")
    }
    .xAxis("Threshold τ").yAxis("Accuracy")
  }

  /// Nothing to draw.
  static var empty: Chart { Chart(title: "An empty chart") { Line([ChartPoint](), label: "a") } }

  /// Values without a place on the axes.
  static var damaged: Chart {
    Chart(title: "Values that have no place", subtitle: "a < b & \"c\" > d") {
      Line(
        [(1, 1), (2, .nan), (3, 100), (4, 0), (5, 10), (6, 1000), (7, .infinity)], label: "loss")
    }
    .xAxis("Epoch").yAxis("Loss", scale: .log)
  }

  /// More series than fit beside their ends.
  static var many: Chart {
    Chart(title: "Many series") {
      for series in 1...10 {
        Line([(0, 0), (1, Double(series)), (2, Double(series * series))], label: "run \(series)")
      }
    }
    .xAxis("x").yAxis("y")
  }

  static var all: [(name: String, chart: Chart)] {
    [
      ("regimes", regimes), ("learning", learning), ("decades", decades),
      ("distribution", distribution), ("bars", bars), ("thresholds", thresholds),
      ("empty", empty), ("damaged", damaged), ("many", many),
      ("small", learning.size(width: 330, height: 240)),
    ]
  }
}
