/// A place in a chart.
public struct ChartPoint: Hashable, Sendable {
  /// The values along the two axes.
  public var x, y: Double

  /// A place from its two values.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// A line through points in the order given; it breaks where a value is not finite.
public struct Line: Hashable, Sendable {
  /// The points to join.
  public var points: [ChartPoint]
  /// The series the line belongs to: marks with one label share colour, dash and symbol.
  public var label: String?
  /// Whether a symbol stands on every point.
  public var symbols = false

  /// A line through points.
  public init(_ points: [ChartPoint], label: String? = nil, symbols: Bool = false) {
    self.points = points
    self.label = label
    self.symbols = symbols
  }

  /// A line through pairs (x, y).
  public init(_ points: [(Double, Double)], label: String? = nil, symbols: Bool = false) {
    self.init(points.map(ChartPoint.init(x:y:)), label: label, symbols: symbols)
  }

  /// A line from two lists; the longer one is cut.
  public init(x: [Double], y: [Double], label: String? = nil, symbols: Bool = false) {
    self.init(zip(x, y).map(ChartPoint.init(x:y:)), label: label, symbols: symbols)
  }
}

/// A symbol at each point.
public struct Points: Hashable, Sendable {
  /// Where the symbols stand.
  public var points: [ChartPoint]
  /// The series the symbols belong to.
  public var label: String?

  /// Symbols at points.
  public init(_ points: [ChartPoint], label: String? = nil) {
    self.points = points
    self.label = label
  }

  /// Symbols at pairs (x, y).
  public init(_ points: [(Double, Double)], label: String? = nil) {
    self.init(points.map(ChartPoint.init(x:y:)), label: label)
  }

  /// Symbols from two lists; the longer one is cut.
  public init(x: [Double], y: [Double], label: String? = nil) {
    self.init(zip(x, y).map(ChartPoint.init(x:y:)), label: label)
  }
}

/// A shaded area between a lower and an upper bound, as for the spread over seeds.
public struct Band: Hashable, Sendable {
  /// Where the bounds are given.
  public var x: [Double]
  /// The bounds at each x.
  public var low, high: [Double]
  /// The series the band belongs to.
  public var label: String?

  /// An area between two bounds; the longer lists are cut.
  public init(x: [Double], low: [Double], high: [Double], label: String? = nil) {
    self.x = x
    self.low = low
    self.high = high
    self.label = label
  }
}

/// Bars that start at zero, one for each named place.
public struct Bars: Hashable, Sendable {
  /// The names along the x axis, in order.
  public var categories: [String]
  /// The height of each bar.
  public var values: [Double]
  /// The series; bars of several series stand side by side.
  public var label: String?

  /// Bars from names and values; the longer list is cut.
  public init(_ categories: [String], _ values: [Double], label: String? = nil) {
    let count = min(categories.count, values.count)
    self.categories = Array(categories.prefix(count))
    self.values = Array(values.prefix(count))
    self.label = label
  }
}

/// A thin line across the whole chart, as for a threshold.
public struct Rule: Hashable, Sendable {
  /// Which axis the value belongs to.
  public enum Direction: Hashable, Sendable {
    /// Upright, at a value of x.
    case x
    /// Level, at a value of y.
    case y
  }

  /// The value.
  public var value: Double
  /// The axis it belongs to.
  public var direction: Direction
  /// What the line means, written beside it.
  public var label: String?

  /// An upright line at a value of x.
  public init(x: Double, label: String? = nil) {
    (value, direction, self.label) = (x, .x, label)
  }

  /// A level line at a value of y.
  public init(y: Double, label: String? = nil) {
    (value, direction, self.label) = (y, .y, label)
  }
}

/// Anything that can be drawn in a chart.
public enum Mark: Hashable, Sendable {
  case line(Line)
  case points(Points)
  case band(Band)
  case bars(Bars)
  case rule(Rule)
}
