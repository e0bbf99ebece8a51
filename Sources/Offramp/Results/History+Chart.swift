public import Charts
public import Display
public import Training

/// What a learning curve shows.
public enum LearningCurve: Hashable, Sendable {
  /// Accuracy on the validation split after each epoch; on the training batches where there is none.
  case accuracy
  /// Accuracy on the training batches.
  case trainingAccuracy
  /// Mean cross-entropy on the training batches, in nats.
  case loss

  var title: String {
    switch self {
    case .accuracy: "Validation accuracy"
    case .trainingAccuracy: "Training accuracy"
    case .loss: "Training loss"
    }
  }

  /// The vertical axis.
  var axis: Axis {
    self == .loss ? Axis("Cross-entropy") : Axis("Accuracy", format: .percent)
  }

  func value(_ record: ExitRecord) -> Double? {
    switch self {
    case .accuracy: record.validationAccuracy ?? record.trainingAccuracy
    case .trainingAccuracy: record.trainingAccuracy
    case .loss: record.loss
    }
  }
}

extension History {
  /// A line for each exit over the epochs, with the beginnings of later phases marked.
  ///
  /// - Parameters:
  ///   - curve: What is drawn.
  ///   - exits: The names of all exits, first to last, so that every chart of a network gives an
  ///     exit the same colour.
  ///   - epochs: The end of the horizontal axis, if training is to go on.
  public func chart(_ curve: LearningCurve, exits: [String], epochs total: Int? = nil) -> Chart {
    let symbols = epochs.count <= 24
    var marks = exits.enumerated().map { exit, name -> Mark in
      let course = course(ofExit: exit, curve.value)
      let points = course.map { ChartPoint(x: Double($0.epoch), y: $0.value) }
      return .line(Line(points, label: name, symbols: symbols))
    }
    marks += phaseStarts.map { .rule(Rule(x: $0.epoch, label: $0.part)) }
    var chart = Chart(title: curve.title, marks: marks)
    let end = Double(max(total ?? epochs.count, 1))
    chart.x = Axis("Epoch", domain: min(1, end - 1)...end, isWhole: true)
    chart.y = curve.axis
    return chart
  }

  /// Where later phases begin, halfway between two epochs.
  private var phaseStarts: [(epoch: Double, part: String)] {
    var done = 0
    return phases.enumerated().compactMap { index, phase in
      defer { done += phase.epochs }
      return index > 0 && phase.epochs > 0 ? (Double(done) + 0.5, phase.part) : nil
    }
  }
}

extension History: Displayable {
  /// The learning curves of each exit.
  public var display: MIMEBundle {
    let names = epochs.flatMap(\.exits).reduce(into: [String]()) { names, record in
      while names.count <= record.exit { names.append("exit \(names.count + 1)") }
      names[record.exit] = record.name
    }
    let charts = [LearningCurve.accuracy, .loss].map { chart($0, exits: names) }
    let drawings = charts.map { $0.size(width: 400, height: 290).image }
    return MIMEBundle(
      plain: charts.map(\.description).joined(separator: "\n\n"),
      ["text/html": .text(Page.sideBySide(drawings))])
  }
}
