/// Where everything in a chart stands: text is measured first, then the plot takes what is left.
struct ChartLayout {
  /// A label beside the end of a line.
  struct EndLabel {
    var series: Int
    var text: String
    /// The end of the line.
    var end: (x: Double, y: Double)
    /// The middle of the label's height.
    var y: Double
  }

  /// An entry of the legend above the plot.
  struct LegendEntry {
    var series: Int
    var text: String
    var x: Double
    /// The middle of the entry's height.
    var y: Double
  }

  /// A line of text above or below the plot.
  struct Heading {
    var text: String
    var y: Double
    var size: Double
    var bold = false
    var opacity = 1.0
  }

  static let padding = 14.0
  static let labelSize = 11.0
  static let legendSize = 11.5
  static let swatch = 18.0
  static let lineHeight = 15.0

  let chart: Chart
  let content: ChartContent
  private(set) var headings: [Heading] = []
  private(set) var notes: [Heading] = []
  private(set) var legend: [LegendEntry] = []
  private(set) var endLabels: [EndLabel] = []
  private(set) var plot = (left: 0.0, top: 0.0, right: 0.0, bottom: 0.0)
  private(set) var x: Projection
  private(set) var y: Projection

  init(_ chart: Chart) {
    self.chart = chart
    content = ChartContent(chart)
    x = Projection(chart.x, extent: nil, wished: 2)
    y = x
    let direct = chart.legend == .automatic && wantsEndLabels
    arrange(direct: direct)
    if direct, !endLabelsFit { arrange(direct: false) }
  }

  private mutating func arrange(direct: Bool) {
    headings = []
    legend = []
    endLabels = []
    let above = placeHeadings(withLegend: !direct)
    let below = placeNotes()
    plot.top = above
    plot.bottom = max(plot.top + 20, below)
    fitY()
    plot.left = Self.padding + (y.ticks.compactMap(\.label).map(labelWidth).max() ?? 0) + 8
    plot.right = max(plot.left + 20, chart.width - Self.padding - (direct ? endLabelWidth : 4))
    fitX()
    if direct { placeEndLabels() }
  }

  // MARK: Above and below

  private mutating func placeHeadings(withLegend: Bool) -> Double {
    var top = Self.padding - 2
    let room = chart.width - 2 * Self.padding
    func add(_ text: String, size: Double, height: Double, bold: Bool, opacity: Double) {
      for line in TextMetrics.wrapped(text, size: size, width: room) {
        top += height
        headings.append(
          Heading(text: line, y: top - 4, size: size, bold: bold, opacity: opacity))
      }
    }
    add(chart.title, size: 15, height: 19, bold: true, opacity: 1)
    add(chart.subtitle, size: 12, height: 16, bold: false, opacity: 0.75)
    if withLegend, chart.legend != .hidden { placeLegend(&top) }
    if !headings.isEmpty || !legend.isEmpty { top += 8 }
    if !chart.y.title.isEmpty {
      top += 14
      headings.append(
        Heading(text: chart.y.title, y: top - 3, size: Self.labelSize, opacity: 0.75))
    }
    if content.rules.contains(where: { $0.direction == .x && $0.label != nil }) { top += 14 }
    return top + 9
  }

  private mutating func placeLegend(_ top: inout Double) {
    guard !content.labelled.isEmpty else { return }
    var left = Self.padding
    top += 4 + Self.lineHeight
    for (series, text) in content.labelled {
      let width = Self.swatch + 6 + TextMetrics.width(text, size: Self.legendSize)
      if left + width > chart.width - Self.padding, left > Self.padding {
        left = Self.padding
        top += Self.lineHeight + 2
      }
      legend.append(LegendEntry(series: series, text: text, x: left, y: top - 6))
      left += width + 18
    }
  }

  private mutating func placeNotes() -> Double {
    var bottom = chart.height - Self.padding + 4
    let lines = content.notes.flatMap {
      TextMetrics.wrapped($0, size: 10, width: chart.width - 2 * Self.padding)
    }
    notes = lines.enumerated().map { index, line in
      let y = bottom - 3 - Double(lines.count - 1 - index) * 13
      return Heading(text: line, y: y, size: 10, opacity: 0.75)
    }
    bottom -= Double(lines.count) * 13 + (lines.isEmpty ? 0 : 4)
    if !chart.x.title.isEmpty { bottom -= 17 }
    return bottom - 20
  }

  // MARK: Axes

  private mutating func fitY() {
    let wished = max(2, Int((plot.bottom - plot.top) / 45))
    y = Projection(
      chart.y, extent: content.yExtent, wished: wished, startsAtZero: content.hasBars)
    y.pixels = (plot.bottom, plot.top)
  }

  private mutating func fitX() {
    if content.hasBars {
      x = Projection(categories: content.categories)
    } else {
      let wished = max(2, Int((plot.right - plot.left) / 85))
      x = Projection(chart.x, extent: content.xExtent, wished: wished)
    }
    x.pixels = (plot.left, plot.right)
  }

  /// The ticks of the x axis whose labels do not touch one another.
  var readableXTicks: [Tick] {
    var free = -Double.infinity
    return x.ticks.sorted { $0.value < $1.value }.map { tick in
      guard let label = tick.label else { return tick }
      let half = labelWidth(label) / 2
      guard x(tick.value) - half >= free + 6 else { return Tick(value: tick.value, label: nil) }
      free = x(tick.value) + half
      return tick
    }
  }

  func labelWidth(_ text: String) -> Double { TextMetrics.width(text, size: Self.labelSize) }

  // MARK: Labels at the ends of lines

  /// Whether every named series has a line whose end can carry its name.
  private var wantsEndLabels: Bool {
    let labelled = content.labelled
    return !labelled.isEmpty && labelled.count <= 8
      && labelled.allSatisfy { lastPoint(of: $0.index) != nil }
      && endLabelWidth < chart.width * 0.36
  }

  private var endLabelWidth: Double {
    let widest =
      content.labelled
      .map { TextMetrics.width($0.label, size: Self.legendSize) }.max() ?? 0
    return widest + Self.swatch + 24
  }

  private func lastPoint(of series: Int) -> ChartPoint? {
    content.shapes.lazy.compactMap { shape -> ChartPoint? in
      guard shape.series == series, case .line(let pieces, _) = shape.kind else { return nil }
      return pieces.joined().max { $0.x < $1.x }
    }
    .max { $0.x < $1.x }
  }

  private mutating func placeEndLabels() {
    let ends = content.labelled.compactMap { series, text in
      lastPoint(of: series).map { (series, text, end: (x: x($0.x), y: y($0.y))) }
    }
    let positions = DirectLabels.positions(
      wished: ends.map(\.end.y), spacing: Self.lineHeight, within: plot.top...plot.bottom)
    endLabels = zip(ends, positions).map { label, y in
      EndLabel(series: label.0, text: label.1, end: label.end, y: y)
    }
  }

  private var endLabelsFit: Bool {
    let nearRight = plot.right - 0.15 * (plot.right - plot.left)
    return endLabels.allSatisfy {
      $0.end.x >= nearRight && abs($0.y - $0.end.y) <= 2.6 * Self.lineHeight
        && $0.end.y >= plot.top - 1 && $0.end.y <= plot.bottom + 1
    } && Double(endLabels.count) * Self.lineHeight <= plot.bottom - plot.top
  }
}
