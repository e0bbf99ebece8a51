public import Charts
public import Datasets
public import Inference
public import Training

/// What a chart of several runs shows upwards.
public enum RunMeasure: Hashable, Sendable {
  /// The share of images that are classified rightly.
  case accuracy
  /// The mean cross-entropy on the training batches, in nats; known by epoch.
  case loss
}

/// What a chart of several runs shows along the horizontal axis.
public enum RunAxis: Hashable, Sendable {
  /// The mean multiply-adds of a sample, over thresholds.
  case multiplyAdds
  /// The same as a share of the plain network's.
  case costFraction
  /// The threshold itself.
  case threshold
  /// The epoch of training.
  case epoch

  var cost: EarlyExitFigure.Cost? {
    switch self {
    case .multiplyAdds: .multiplyAdds
    case .costFraction: .costFraction
    case .threshold: .threshold
    case .epoch: nil
    }
  }
}

extension Collection where Element == Run {
  /// A chart with a line for each regime; runs of one regime, as from several seeds, are averaged.
  ///
  /// ```swift
  /// runs.chart(.accuracy, against: .multiplyAdds)      // the figure of the early-exit papers
  /// runs.chart(.loss, against: .epoch)
  /// ```
  /// Against cost or threshold, a line shows what thresholds give, symbols show the exits alone, and
  /// bands one standard deviation about the mean of several runs. Against epochs, the course of the
  /// final classifier is drawn. What cannot be drawn is said in a note below the chart.
  ///
  /// - Parameters:
  ///   - measure: What is drawn upwards.
  ///   - axis: What is drawn along the horizontal axis.
  ///   - split: The images to evaluate on; the test split of each run's own data if nil.
  ///   - criterion: What decides whether a sample leaves.
  public func chart(
    _ measure: RunMeasure, against axis: RunAxis, on split: Split? = nil,
    criterion: Criterion = .confidence
  ) -> Chart {
    guard let cost = axis.cost else { return learningCurves(measure) }
    guard measure == .accuracy else {
      var chart = Chart(title: "Loss", marks: [])
      chart.notes = ["The loss of runs is known by epoch: use .chart(.loss, against: .epoch)."]
      return chart
    }
    var notes: [String] = []
    let series = grouped.map { name, runs in
      (
        name,
        logits: runs.compactMap { run -> ExitLogits? in
          do {
            return try run.evaluate(on: split)
          } catch {
            notes.append("“\(name)”, seed \(run.seed), is left out: \(error)")
            return nil
          }
        }
      )
    }
    var figure = EarlyExitFigure(series)
    (figure.cost, figure.criterion, figure.notes) = (cost, criterion, notes)
    return figure.chart
  }

  /// Accuracy at parts of the plain network's cost, a row for each regime, averaged over its runs.
  ///
  /// - Parameter split: The images; the test split of each run's own data if nil.
  /// - Throws: An `InferenceError` if a run has no images, or images and network do not fit.
  public func budgetTable(
    on split: Split? = nil, budgets: [Double] = BudgetTable.standard,
    criterion: Criterion = .confidence, thresholds: Thresholds = .even(100)
  ) throws -> BudgetTable {
    let curves = try grouped.map { name, runs in
      (
        name: name,
        curves: try runs.map {
          try $0.evaluate(on: split).sweep(criterion, thresholds: thresholds)
        }
      )
    }
    return try BudgetTable(curves, budgets: budgets)
  }

  /// The runs by regime, in order of appearance; by network and regime if networks differ.
  var grouped: [(name: String, runs: [Run])] {
    let networks = Set(map(\.network))
    return reduce(into: []) { groups, run in
      let network = run.network.name ?? "network"
      let name = networks.count > 1 ? "\(network), \(run.regime.name)" : run.regime.name
      if let place = groups.firstIndex(where: { $0.name == name }) {
        groups[place].runs.append(run)
      } else {
        groups.append((name, [run]))
      }
    }
  }

  /// The course of the final classifier over the epochs in which it learned.
  private func learningCurves(_ measure: RunMeasure) -> Chart {
    let curve: LearningCurve = measure == .loss ? .loss : .accuracy
    var marks: [Mark] = []
    for (name, runs) in grouped {
      let courses = runs.map { run in
        Dictionary(
          uniqueKeysWithValues: run.history.course(
            ofExit: run.record.exits.count - 1, curve.value
          ).map { ($0.epoch, $0.value) })
      }
      let estimates = Set(courses.flatMap(\.keys)).sorted().map { epoch in
        (x: Double(epoch), y: Estimate(courses.compactMap { $0[epoch] }))
      }
      let x = estimates.map(\.x)
      if runs.count > 1 {
        let low = estimates.map { $0.y.mean - $0.y.deviation }
        let high = estimates.map { $0.y.mean + $0.y.deviation }
        marks.append(.band(Band(x: x, low: low, high: high, label: name)))
      }
      marks.append(.line(Line(x: x, y: estimates.map(\.y.mean), label: name)))
    }
    var chart = Chart(
      title: curve.title, subtitle: "of the final classifier, while it learns", marks: marks)
    (chart.x, chart.y) = (Axis("Epoch", isWhole: true), curve.axis)
    return chart
  }
}
