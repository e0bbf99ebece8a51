import Charts
public import Display
public import Inference
public import Networks
public import Training

/// A value of which several together show themselves as one table.
public protocol DisplayableInLists {
  /// A list of such values as a bundle of representations.
  static func display(_ list: [Self]) -> MIMEBundle
}

extension Array: Displayable where Element: DisplayableInLists {
  /// The list as one table.
  public var display: MIMEBundle { Element.display(self) }
}

extension Run: DisplayableInLists {
  /// A row for each run: what it is, and the validation accuracy of each exit.
  public static func display(_ list: [Run]) -> MIMEBundle {
    let names = list.map(\.record.exits).max { $0.count < $1.count } ?? []
    var table = ResultTable(
      caption: "Validation accuracy of each exit",
      columns: ["run", "epochs", "time"] + names)
    for run in list {
      let accuracies = (run.validationAccuracies ?? []).map { Written.percent($0) }
      let missing = [String](repeating: "–", count: names.count - accuracies.count)
      let time = Written.time(run.record.seconds)
      table.append(run.title, ["\(run.history.epochs.count)", time] + accuracies + missing)
    }
    let plain = list.map(\.description).joined(separator: "\n")
    return MIMEBundle(
      plain: list.isEmpty ? "no runs" : plain, ["text/html": .text(table.html)])
  }
}

extension ExitInfo: DisplayableInLists {
  /// A row for each exit: where it stands and what leaving there costs.
  public static func display(_ list: [ExitInfo]) -> MIMEBundle {
    let whole = Double(list.map(\.multiplyAdds).max() ?? 1)
    var table = ResultTable(
      columns: ["exit", "features", "multiply-adds", "of the whole", "parameters of the head"])
    var lines: [String] = []
    for exit in list {
      let cost = Written.count(Double(exit.multiplyAdds))
      let share = Written.percent(Double(exit.multiplyAdds) / max(1, whole))
      table.append(
        exit: exit.index, exit.name, ["\(exit.shape)", cost, share, "\(exit.headParameters)"])
      lines.append("\(exit.name): \(cost) multiply-adds, \(share) of the whole")
    }
    return MIMEBundle(
      plain: list.isEmpty ? "no exits" : lines.joined(separator: "\n"),
      ["text/html": .text(table.html)])
  }
}

extension StaticExit: DisplayableInLists {
  /// A row for each exit: what everybody leaving there would cost and give.
  public static func display(_ list: [StaticExit]) -> MIMEBundle {
    var table = ResultTable(
      columns: ["everybody at", "accuracy", "multiply-adds", "of the plain network"])
    var lines: [String] = []
    for (index, exit) in list.enumerated() {
      let cost = Written.count(Double(exit.multiplyAdds))
      let accuracy = Written.percent(exit.accuracy)
      table.append(exit: index, exit.name, [accuracy, cost, Written.percent(exit.costFraction)])
      lines.append("\(exit.name): accuracy \(accuracy), \(cost) multiply-adds")
    }
    return MIMEBundle(
      plain: list.isEmpty ? "no exits" : lines.joined(separator: "\n"),
      ["text/html": .text(table.html)])
  }
}
