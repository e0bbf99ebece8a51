/// Draws a chart that has been laid out.
struct ChartDrawing {
  let layout: ChartLayout
  /// Prefix of the identifiers in the document, different for every chart of a page.
  let identifier: String

  private var chart: Chart { layout.chart }
  private var content: ChartContent { layout.content }
  private var plot: (left: Double, top: Double, right: Double, bottom: Double) { layout.plot }

  /// The whole document.
  var root: SVGElement {
    SVGElement.document(
      width: chart.width, height: chart.height, identifier: identifier,
      title: chart.title.isEmpty ? "Chart" : chart.title, description: chart.summary,
      children: [headings] + (isBlank ? [nothing] : body))
  }

  /// Whether there is neither anything to draw nor an axis of which the ends are known.
  private var isBlank: Bool {
    content.isEmpty && (chart.x.domain == nil || chart.y.domain == nil)
  }

  private var body: [SVGElement] {
    let clip = SVGElement(
      .clipPath, ["id": "\(identifier)-plot"],
      children: [
        .rectangle(
          x: plot.left - 6, y: plot.top - 6, width: plot.right - plot.left + 12,
          height: plot.bottom - plot.top + (content.hasBars ? 6 : 12))
      ])
    let marks = SVGElement.group(bands + bars + rules + lines + points)
      .with("clip-path", "url(#\(identifier)-plot)")
    return [SVGElement(.defs, children: [clip]), grid, marks, barLabels, axes, ruleLabels, names]
  }

  private var headings: SVGElement {
    .group(
      (layout.headings + layout.notes).map { line in
        let text = SVGElement.text(
          line.text, x: ChartLayout.padding, y: line.y, size: line.size, bold: line.bold)
        return line.opacity < 1 ? text.opacity(line.opacity) : text
      })
  }

  private var nothing: SVGElement {
    let (x, y) = ((plot.left + plot.right) / 2, (plot.top + plot.bottom) / 2)
    return .group([
      SVGElement.rectangle(
        x: ChartLayout.padding, y: plot.top, width: chart.width - 2 * ChartLayout.padding,
        height: plot.bottom - plot.top, radius: 6
      ).fill(.none).stroke(.ink, dash: [4, 4]).opacity(0.3),
      SVGElement.text("no data", x: x, y: y + 4, size: 13, anchor: .middle).opacity(0.6),
    ])
  }

  // MARK: Axes

  private var grid: SVGElement {
    SVGElement.group(
      layout.y.ticks.filter { $0.label != nil }.map { tick in
        let y = layout.y(tick.value)
        return .line(x1: plot.left, y1: y, x2: plot.right, y2: y)
      }
    ).stroke(.ink).with("stroke-opacity", "0.12")
  }

  private var axes: SVGElement {
    let base = SVGElement.line(x1: plot.left, y1: plot.bottom, x2: plot.right, y2: plot.bottom)
    var ticks = [base]
    var labels: [SVGElement] = []
    for tick in layout.readableXTicks {
      let x = layout.x(tick.value)
      let length = tick.label == nil ? 3.0 : 5.0
      if !content.hasBars {
        ticks.append(.line(x1: x, y1: plot.bottom, x2: x, y2: plot.bottom + length))
      }
      guard let label = tick.label else { continue }
      labels.append(.text(label, x: x, y: plot.bottom + 17, anchor: .middle))
    }
    for tick in layout.y.ticks {
      guard let label = tick.label else { continue }
      labels.append(.text(label, x: plot.left - 7, y: layout.y(tick.value) + 4, anchor: .end))
    }
    if !chart.x.title.isEmpty {
      let middle = (plot.left + plot.right) / 2
      labels.append(
        SVGElement.text(chart.x.title, x: middle, y: plot.bottom + 34, anchor: .middle)
          .with("fill-opacity", "0.75"))
    }
    return .group([
      SVGElement.group(ticks).stroke(.ink).with("stroke-opacity", "0.5"),
      SVGElement.group(labels).with("font-variant-numeric", "tabular-nums"),
    ])
  }

  // MARK: Marks

  private var bands: [SVGElement] {
    content.shapes.flatMap { shape -> [SVGElement] in
      guard case .band(let pieces) = shape.kind else { return [] }
      return pieces.map { piece in
        let upper = piece.map { (x: layout.x($0.x), y: layout.y($0.high)) }
        let lower = piece.reversed().map { (x: layout.x($0.x), y: layout.y($0.low)) }
        var path = PathData.polyline(upper)
        for point in lower { path.line(x: point.x, y: point.y) }
        path.close()
        return SVGElement.path(path).fill(.color(color(shape))).with("fill-opacity", "0.18")
      }
    }
  }

  private var lines: [SVGElement] {
    content.shapes.flatMap { shape -> [SVGElement] in
      guard case .line(let pieces, let symbols) = shape.kind else { return [] }
      let style = style(shape.series)
      let paths = pieces.map { piece in
        SVGElement.path(.polyline(piece.map { (x: layout.x($0.x), y: layout.y($0.y)) }))
          .stroke(.color(style.color), width: 2, dash: symbols ? [] : style.dash)
          .with("stroke-linejoin", "round").with("stroke-linecap", "butt")
      }
      let lonely = symbols ? [] : pieces.filter { $0.count == 1 }.map { $0[0] }
      let standing = symbols ? Array(pieces.joined()) : lonely
      return paths + standing.map { symbol($0, shape, radius: 3.5) }
    }
  }

  private var points: [SVGElement] {
    content.shapes.flatMap { shape -> [SVGElement] in
      guard case .points(let points) = shape.kind else { return [] }
      return points.map { symbol($0, shape, radius: 4.5) }
    }
  }

  private func symbol(
    _ point: ChartPoint, _ shape: ChartContent.Shape, radius: Double
  ) -> SVGElement {
    let style = style(shape.series)
    let place = "\(chart.x.format.text(point.x)), \(chart.y.format.text(point.y))"
    return style.symbol
      .element(x: layout.x(point.x), y: layout.y(point.y), radius: radius, color: style.color)
      .tooltip(content.series[shape.series].map { "\($0): \(place)" } ?? place)
  }

  /// The look of a series.
  func style(_ series: Int) -> SeriesStyle { Palette.style(series, chart.colors) }

  func color(_ shape: ChartContent.Shape) -> Color { style(shape.series).color }
}
