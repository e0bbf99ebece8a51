public import Charts
public import Display
public import Inference

extension Outcome {
  /// Where samples leave: the share of each exit, split into easy, medium and hard thirds where the
  /// difficulty is known.
  public var chart: Chart {
    let names = exits.map(\.name)
    var marks: [Mark] = []
    for (label, samples) in thirds {
      let counts = samples.reduce(into: [Int](repeating: 0, count: exits.count)) {
        $0[exitOfSample[$1]] += 1
      }
      let shares = counts.map { Double($0) / Double(max(1, samples.count)) }
      marks.append(.bars(Bars(names, shares, label: label)))
    }
    var chart = Chart(title: "Where samples leave", subtitle: subtitle, marks: marks)
      .yAxis("Share of samples", format: .percent)
    if difficulty != nil { chart.colors = Palette.ramp }
    if let all = distribution.firstIndex(of: count), exits.count > 1 {
      chart.notes = [
        "Every sample leaves at “\(exits[all].name)”: this is one static exit. Move the threshold."
      ]
    }
    return chart
  }

  private var subtitle: String {
    "\(policy) · accuracy \(Written.percent(accuracy)) · "
      + "\(Written.count(multiplyAdds)) multiply-adds a sample "
      + "(\(Written.percent(costFraction)) of the plain network)"
  }

  /// The samples by thirds of difficulty; all of them where none is known.
  private var thirds: [(label: String?, samples: [Int])] {
    guard let difficulty, count >= 3 else { return [(nil, Array(0..<count))] }
    let order = (0..<count).sorted { (difficulty[$0], $0) < (difficulty[$1], $1) }
    return ["easiest third", "middle third", "hardest third"].enumerated().map { third, label in
      (label, Array(order[(count * third / 3)..<(count * (third + 1) / 3)]))
    }
  }

  private var table: ResultTable {
    let knowsDifficulty = difficulty != nil
    var columns = ["exit", "left here", "share", "accuracy of these", "multiply-adds"]
    if knowsDifficulty { columns.append("mean difficulty") }
    var table = ResultTable(columns: columns)
    for (index, exit) in exits.enumerated() {
      var values = [
        "\(distribution[index])", Written.percent(Double(distribution[index]) / Double(count)),
        accuracyOfLeavers[index].map { Written.percent($0) } ?? "–",
        Written.count(Double(exit.multiplyAdds(counting: heads))),
      ]
      if knowsDifficulty {
        values.append(difficultyOfLeavers[index].map { fixed($0, decimals: 2) } ?? "–")
      }
      table.append(exit: index, exit.name, values)
    }
    return table
  }
}

extension Outcome: Displayable {
  /// Where samples leave, as a chart and a table.
  public var display: MIMEBundle {
    MIMEBundle(
      plain: description,
      ["text/html": .text(chart.size(width: 560, height: 300).image + table.html)])
  }
}
