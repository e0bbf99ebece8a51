public import Charts
public import Datasets
public import Display
public import Inference
public import Training

extension Run {
  /// Every exit's answers on images: the value that all analyses of early exit start from.
  ///
  /// - Parameter split: The images; the test split of the run's own data if nil.
  /// - Throws: An `InferenceError` if the run was read from a file and no images are given, or if
  ///   images and network do not fit.
  public func evaluate(on split: Split? = nil) throws -> ExitLogits {
    guard let split = split ?? data?.test else {
      throw InferenceError(
        "This run was read from a file, which holds no images; say on which to evaluate it, as in "
          + "run.evaluate(on: data.test).")
    }
    return try model.exitLogits(on: split)
  }

  /// A learning curve of each exit.
  public func chart(_ curve: LearningCurve) -> Chart {
    var chart = history.chart(curve, exits: record.exits)
    chart.subtitle = title
    return chart
  }

  /// A chart of this run; against cost or threshold the same as of a list of runs, against epochs
  /// with a line for each exit.
  ///
  /// - Parameters:
  ///   - measure: What is drawn upwards.
  ///   - axis: What is drawn along the horizontal axis.
  ///   - split: The images to evaluate on; the test split of the run's own data if nil.
  public func chart(
    _ measure: RunMeasure, against axis: RunAxis, on split: Split? = nil
  ) -> Chart {
    guard axis == .epoch else { return [self].chart(measure, against: axis, on: split) }
    return chart(measure == .loss ? LearningCurve.loss : .accuracy)
  }

  /// The network, the regime, the data and the seed.
  var title: String {
    let name = network.name.map { "\($0), " } ?? ""
    return "\(name)\(regime.name) on \(splits.dataset), seed \(seed)"
  }

  private var table: ResultTable {
    let epochs = history.epochs.count == 1 ? "1 epoch" : "\(history.epochs.count) epochs"
    let ending = isInterrupted ? ", interrupted" : ""
    var table = ResultTable(
      caption: "\(title) · \(epochs) in \(Written.time(record.seconds))\(ending)",
      columns: ["exit", "multiply-adds", "of the whole", "validation accuracy"])
    let exits = model.plan.exits
    for exit in exits {
      let share = Double(exit.multiplyAdds) / Double(max(1, model.plan.multiplyAdds))
      table.append(
        exit: exit.index, exit.name,
        [
          Written.count(Double(exit.multiplyAdds)), Written.percent(share),
          validationAccuracies.map { Written.percent($0[exit.index]) } ?? "–",
        ])
    }
    return table
  }
}

extension Run: Displayable {
  /// What was trained, the accuracy of each exit, and the learning curves.
  public var display: MIMEBundle {
    let charts = [LearningCurve.accuracy, .loss].map {
      history.chart($0, exits: record.exits).size(width: 400, height: 290).image
    }
    return MIMEBundle(
      plain: description, ["text/html": .text(table.html + Page.sideBySide(charts))])
  }
}
