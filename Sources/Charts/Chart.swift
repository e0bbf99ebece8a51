/// A chart: marks over two axes, drawn as SVG.
///
/// ```swift
/// Chart(title: "Training") {
///   Line(x: epochs, y: losses, label: "joint")
/// }
/// .xAxis("Epoch").yAxis("Loss", scale: .log)
/// ```
///
/// Marks with the same label form a series and share colour, dash and symbol. A chart always draws:
/// values that have no place (not finite, or zero and less on a logarithmic axis) are left out and
/// counted in a note below, and a chart with nothing to show says so.
public struct Chart: Hashable, Sendable {
  /// Where the names of the series stand.
  public enum Legend: Hashable, Sendable {
    /// At the ends of the lines where they fit, above the chart otherwise.
    case automatic
    /// Above the chart.
    case top
    /// Nowhere.
    case hidden
  }

  /// The heading.
  public var title: String
  /// A second line, smaller: what was measured, on what.
  public var subtitle: String
  /// What is drawn; later marks lie above earlier ones of their kind.
  public var marks: [Mark]
  /// The horizontal axis.
  public var x = Axis()
  /// The vertical axis.
  public var y = Axis()
  /// Where the names of the series stand.
  public var legend = Legend.automatic
  /// The colours of the series, in order of appearance; used again when they run out.
  public var colors = Palette.colors
  /// Sentences below the chart: what a reader has to know.
  public var notes: [String] = []
  /// The size in pixels.
  public var width = 640.0, height = 400.0

  /// A chart of marks.
  public init(
    title: String = "", subtitle: String = "", @ChartBuilder _ marks: () -> [Mark]
  ) {
    self.init(title: title, subtitle: subtitle, marks: marks())
  }

  /// A chart of a list of marks.
  public init(title: String = "", subtitle: String = "", marks: [Mark]) {
    self.title = title
    self.subtitle = subtitle
    self.marks = marks
  }

  /// The same chart with its horizontal axis set.
  public func xAxis(
    _ title: String, scale: AxisScale = .linear, format: NumberFormat = .automatic,
    domain: ClosedRange<Double>? = nil
  ) -> Chart {
    var chart = self
    chart.x = Axis(title, scale: scale, format: format, domain: domain)
    return chart
  }

  /// The same chart with its vertical axis set.
  public func yAxis(
    _ title: String, scale: AxisScale = .linear, format: NumberFormat = .automatic,
    domain: ClosedRange<Double>? = nil
  ) -> Chart {
    var chart = self
    chart.y = Axis(title, scale: scale, format: format, domain: domain)
    return chart
  }

  /// The same chart in another size, in pixels; at least 160 by 120.
  public func size(width: Double, height: Double) -> Chart {
    var chart = self
    chart.width = width.isFinite ? min(max(width, 160), 4000) : chart.width
    chart.height = height.isFinite ? min(max(height, 120), 4000) : chart.height
    return chart
  }

  /// The same chart with the names of its series elsewhere.
  public func legend(_ legend: Legend) -> Chart {
    var chart = self
    chart.legend = legend
    return chart
  }
}
