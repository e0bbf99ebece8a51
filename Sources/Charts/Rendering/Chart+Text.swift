extension Chart: CustomStringConvertible {
  /// The chart for a terminal: one line for each series with its course, its ends and its range.
  public var description: String {
    let content = ChartContent(self)
    var lines = [title, subtitle].filter { !$0.isEmpty }
    let axes = [y.title, x.title].filter { !$0.isEmpty }
    if !axes.isEmpty { lines.append(axes.joined(separator: " against ")) }
    if content.isEmpty { lines.append("  no data") }
    lines += barLines(content) + courseLines(content) + ruleLines(content) + content.notes
    return lines.joined(separator: "\n")
  }

  /// What the chart shows in one or two sentences, for readers who do not see it.
  var summary: String {
    let content = ChartContent(self)
    guard !content.isEmpty else { return "A chart without data." }
    var sentences: [String] = []
    if !x.title.isEmpty || !y.title.isEmpty {
      sentences.append("\(y.title.isEmpty ? "y" : y.title) against \(x.title).")
    }
    sentences += courses(content).map { name, points in
      "\(name): \(points.count) points, \(ends(points))."
    }
    for shape in content.shapes {
      guard case .bars(let bars) = shape.kind else { continue }
      let values = bars.map { "\(content.categories[$0.category]) \(y.format.text($0.value))" }
      let name = content.series[shape.series].map { "\($0): " } ?? ""
      sentences.append(name + values.joined(separator: ", ") + ".")
    }
    return sentences.joined(separator: " ")
  }

  /// The points of lines and symbols, by series.
  private func courses(_ content: ChartContent) -> [(name: String, points: [ChartPoint])] {
    content.series.indices.flatMap { series -> [(name: String, points: [ChartPoint])] in
      content.shapes.compactMap { shape in
        guard shape.series == series else { return nil }
        let name = content.series[series] ?? "series \(series + 1)"
        switch shape.kind {
        case .line(let pieces, _): return (name, Array(pieces.joined()))
        case .points(let points): return (name + " ·", points)
        case .bars, .band: return nil
        }
      }
    }
    .filter { !$0.points.isEmpty }
  }

  private func ends(_ points: [ChartPoint]) -> String {
    let sorted = points.sorted { $0.x < $1.x }
    guard let first = sorted.first, let last = sorted.last else { return "no points" }
    let (from, to) = (x.format.text(first.x), x.format.text(last.x))
    if points.count == 1 { return "\(y.format.text(first.y)) at \(from)" }
    return "\(y.format.text(first.y)) at \(from) to \(y.format.text(last.y)) at \(to)"
  }

  private func courseLines(_ content: ChartContent) -> [String] {
    let courses = courses(content)
    guard !courses.isEmpty else { return [] }
    let width = courses.map(\.name.count).max() ?? 0
    let xs = Projection(x, extent: content.xExtent, wished: 5)
    let ys = Projection(y, extent: content.yExtent, wished: 5)
    return courses.map { name, points in
      let padded = name + String(repeating: " ", count: width - name.count)
      return "  \(padded)  \(sparkline(points, xs, ys))  \(ends(points))"
    }
  }

  /// Thirty columns of blocks: the mean of the points in each, the line between where there is none.
  private func sparkline(_ points: [ChartPoint], _ xs: Projection, _ ys: Projection) -> String {
    let columns = 30
    var sums = [Double](repeating: 0, count: columns)
    var counts = [Int](repeating: 0, count: columns)
    for point in points {
      let column = min(max(Int(xs.fraction(point.x) * Double(columns)), 0), columns - 1)
      sums[column] += min(max(ys.fraction(point.y), 0), 1)
      counts[column] += 1
    }
    let blocks = Array("▁▂▃▄▅▆▇█")
    let text = zip(sums, counts).map { sum, count in
      count == 0 ? " " : blocks[min(Int(sum / Double(count) * 8), 7)]
    }
    return String(text)
  }

  private func barLines(_ content: ChartContent) -> [String] {
    let largest = max(abs(content.yExtent?.upperBound ?? 0), abs(content.yExtent?.lowerBound ?? 0))
    let width = content.categories.map(\.count).max() ?? 0
    return content.shapes.flatMap { shape -> [String] in
      guard case .bars(let bars) = shape.kind else { return [] }
      let heading = content.series[shape.series].map { ["  \($0)"] } ?? []
      return heading
        + bars.map { bar in
          let name = content.categories[bar.category]
          let length = largest > 0 ? Int((abs(bar.value) / largest * 30).rounded()) : 0
          return "    \(name)\(String(repeating: " ", count: width - name.count))  "
            + "\(String(repeating: "█", count: length)) \(y.format.text(bar.value))"
        }
    }
  }

  private func ruleLines(_ content: ChartContent) -> [String] {
    content.rules.compactMap { rule in
      let format = rule.direction == .x ? x.format : y.format
      return rule.label.map { "  \($0): \(format.text(rule.value))" }
    }
  }
}
