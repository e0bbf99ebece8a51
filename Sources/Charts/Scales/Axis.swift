/// How values become lengths along an axis.
public enum AxisScale: Hashable, Sendable {
  /// Equal differences, equal lengths.
  case linear
  /// Equal ratios, equal lengths; values of zero or less have no place and are left out with a note.
  case log
}

/// One axis of a chart.
public struct Axis: Hashable, Sendable {
  /// What is measured, with its unit.
  public var title: String
  /// Linear or logarithmic.
  public var scale: AxisScale
  /// How the numbers are written.
  public var format: NumberFormat
  /// The values at the two ends; found from the data if nil.
  public var domain: ClosedRange<Double>?
  /// Whether only whole numbers are labelled, as for epochs.
  public var isWhole = false

  /// An axis with a title.
  public init(
    _ title: String = "", scale: AxisScale = .linear, format: NumberFormat = .automatic,
    domain: ClosedRange<Double>? = nil, isWhole: Bool = false
  ) {
    self.title = title
    self.scale = scale
    self.format = format
    self.domain = domain
    self.isWhole = isWhole
  }

  /// Whether a value has a place on this axis.
  func shows(_ value: Double) -> Bool { value.isFinite && (scale == .linear || value > 0) }
}
