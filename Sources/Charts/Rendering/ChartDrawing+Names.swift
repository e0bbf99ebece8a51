extension ChartDrawing {
  /// The lines across the chart.
  var rules: [SVGElement] {
    layout.content.rules.map { rule in
      let plot = layout.plot
      let (x, y) = (layout.x(rule.value), layout.y(rule.value))
      let line: SVGElement =
        rule.direction == .x
        ? .line(x1: x, y1: plot.top, x2: x, y2: plot.bottom)
        : .line(x1: plot.left, y1: y, x2: plot.right, y2: y)
      return line.stroke(.ink, width: 1.25, dash: [4, 3]).opacity(0.65)
    }
  }

  /// What the lines across the chart mean, none over another: those of upright lines above the
  /// plot, those of level lines at its right end.
  var ruleLabels: SVGElement {
    var taken: [(left: Double, right: Double, y: Double)] = []
    func isFree(_ left: Double, _ right: Double, _ y: Double) -> Bool {
      !taken.contains { $0.left < right + 8 && left < $0.right + 8 && abs($0.y - y) < 12 }
    }
    let plot = layout.plot
    let labels = layout.content.rules.compactMap { rule -> SVGElement? in
      guard let text = rule.label else { return nil }
      let width = layout.labelWidth(text)
      var left = plot.right - width - 4
      var y = layout.y(rule.value) - 5
      if rule.direction == .x {
        y = plot.top - 7
        let half = width / 2
        let line = min(max(layout.x(rule.value), plot.left + half), plot.right - half)
        let places = [line - half, line - 3, line - width + 3]
        left = places.first { isFree($0, $0 + width, y) } ?? places[0]
      }
      while !isFree(left, left + width, y) { y += 13 }
      taken.append((left, left + width, y))
      return SVGElement.text(text, x: left, y: y).stroke(.paper, width: 3)
        .with("paint-order", "stroke").with("stroke-linejoin", "round")
    }
    return .group(labels)
  }

  /// The names of the series: at the ends of their lines, or as a legend above the plot.
  var names: SVGElement {
    let column = layout.plot.right + 14
    let direct = layout.endLabels.flatMap { label -> [SVGElement] in
      let color = style(label.series).color
      let text = SVGElement.text(
        label.text, x: column + ChartLayout.swatch + 6, y: label.y + 4,
        size: ChartLayout.legendSize)
      let parts = [swatch(label.series, x: column, y: label.y), text]
      guard abs(label.y - label.end.y) > 1.5 || label.end.x < layout.plot.right - 6 else {
        return parts
      }
      let leader = SVGElement.line(
        x1: label.end.x + 4, y1: label.end.y, x2: column - 2, y2: label.y)
      return [leader.stroke(.color(color)).opacity(0.6)] + parts
    }
    let legend = layout.legend.flatMap { entry in
      [
        swatch(entry.series, x: entry.x, y: entry.y),
        SVGElement.text(
          entry.text, x: entry.x + ChartLayout.swatch + 6, y: entry.y + 4,
          size: ChartLayout.legendSize),
      ]
    }
    return .group(direct + legend)
  }

  /// A sample of how a series is drawn, `ChartLayout.swatch` pixels wide.
  private func swatch(_ series: Int, x: Double, y: Double) -> SVGElement {
    let style = style(series)
    let middle = x + ChartLayout.swatch / 2
    var parts: [SVGElement] = []
    for shape in layout.content.shapes where shape.series == series {
      switch shape.kind {
      case .line(_, let symbols):
        let line = SVGElement.line(x1: x, y1: y, x2: x + ChartLayout.swatch, y2: y)
        parts.append(
          line.stroke(.color(style.color), width: 2, dash: symbols ? [] : style.dash))
        if symbols {
          parts.append(style.symbol.element(x: middle, y: y, radius: 3.5, color: style.color))
        }
      case .points:
        parts.append(style.symbol.element(x: middle, y: y, radius: 4, color: style.color))
      case .bars:
        parts.append(
          SVGElement.rectangle(x: x + 4, y: y - 5, width: 10, height: 10, radius: 1.5)
            .fill(.color(style.color)).with("fill-opacity", "0.9"))
      case .band:
        parts.append(
          SVGElement.rectangle(x: x, y: y - 5, width: ChartLayout.swatch, height: 10)
            .fill(.color(style.color)).with("fill-opacity", "0.18"))
      }
    }
    return .group(parts)
  }
}
