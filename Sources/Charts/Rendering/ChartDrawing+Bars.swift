extension ChartDrawing {
  /// The bars of all series, those of one place side by side.
  var bars: [SVGElement] {
    placedBars.bars.map { bar($0.bar, of: $0.shape, left: $0.left, width: $0.width) }
  }

  /// The values of the bars, where they fit.
  var barLabels: SVGElement {
    let (bars, labelsFit) = placedBars
    return .group(labelsFit ? bars.map { label($0.bar, middle: $0.left + $0.width / 2) } : [])
  }

  /// A bar and its place.
  private struct PlacedBar {
    var bar: (category: Int, value: Double)
    var shape: ChartContent.Shape
    var left, width: Double
  }

  private var placedBars: (bars: [PlacedBar], labelsFit: Bool) {
    let groups = layout.content.shapes.compactMap { shape in
      if case .bars(let bars) = shape.kind { (shape, bars) } else { nil }
    }
    guard !groups.isEmpty else { return ([], false) }
    let slot = layout.x(1) - layout.x(0)
    let width = min(slot * 0.78 / Double(groups.count), 56)
    let labelsFit = groups.flatMap { $0.1 }
      .allSatisfy { layout.labelWidth(valueText($0.value)) <= width + 6 }
    let bars = groups.enumerated().flatMap { place, group in
      let offset = (Double(place) - Double(groups.count) / 2) * width
      return group.1.map {
        PlacedBar(
          bar: $0, shape: group.0, left: layout.x(Double($0.category)) + offset, width: width)
      }
    }
    return (bars, labelsFit)
  }

  private func bar(
    _ bar: (category: Int, value: Double), of shape: ChartContent.Shape, left: Double,
    width: Double
  ) -> SVGElement {
    let content = layout.content
    let zero = layout.y.scale == .log ? layout.plot.bottom : layout.y(0)
    let top = layout.y(bar.value)
    let name = [content.series[shape.series], content.categories[bar.category]]
      .compactMap { $0 }.joined(separator: ", ")
    return SVGElement.rectangle(
      x: left + 1, y: min(top, zero), width: width - 2, height: abs(zero - top), radius: 1.5
    )
    .fill(.color(color(shape))).with("fill-opacity", "0.9")
    .tooltip("\(name): \(valueText(bar.value))")
  }

  private func label(_ bar: (category: Int, value: Double), middle: Double) -> SVGElement {
    let above = layout.y(bar.value) - 4
    return SVGElement.text(
      valueText(bar.value), x: middle, y: bar.value < 0 ? above + 18 : above, size: 10.5,
      anchor: .middle
    ).with("fill-opacity", "0.85")
  }

  private func valueText(_ value: Double) -> String { layout.chart.y.format.text(value) }
}
