/// The marks of a chart, cleaned: what can be shown, in which series, and what was left out.
struct ChartContent {
  /// A mark of one series with only values that have a place.
  struct Shape {
    var series: Int
    var kind: Kind
  }

  /// A stretch of a line or band without gaps.
  typealias Bound = (x: Double, low: Double, high: Double)

  enum Kind {
    case line(pieces: [[ChartPoint]], symbols: Bool)
    case points([ChartPoint])
    case band(pieces: [[Bound]])
    case bars([(category: Int, value: Double)])
  }

  private(set) var shapes: [Shape] = []
  private(set) var rules: [Rule] = []
  /// The names of the series in order of appearance; nil for a mark without label.
  private(set) var series: [String?] = []
  private(set) var categories: [String] = []
  private(set) var xExtent: ClosedRange<Double>?
  private(set) var yExtent: ClosedRange<Double>?
  private var notFinite = 0
  private var notPositive = 0
  private var unusableDomains: [String] = []
  private let given: [String]
  private let x: Axis
  private let y: Axis

  init(_ chart: Chart) {
    (x, y, given) = (chart.x, chart.y, chart.notes)
    let bars = chart.marks.contains { if case .bars = $0 { true } else { false } }
    for mark in chart.marks { add(mark, bars: bars) }
    for (name, axis) in [("x", x), ("y", y)] {
      if let domain = axis.domain, !Projection.isUsable(domain, axis) {
        unusableDomains.append(name)
      }
    }
  }

  /// Whether there is nothing to draw.
  var isEmpty: Bool { xExtent == nil && categories.isEmpty }

  /// Whether the chart has bars and therefore named places along its x axis.
  var hasBars: Bool { !categories.isEmpty }

  /// The names of the series that have one, with their numbers.
  var labelled: [(index: Int, label: String)] {
    series.enumerated().compactMap { index, label in label.map { (index, $0) } }
  }

  /// The chart's own notes and what was left out, as sentences.
  var notes: [String] {
    var notes = given
    if notFinite > 0 { notes.append("\(Self.values(notFinite)) not finite, left out.") }
    if notPositive > 0 {
      notes.append("\(Self.values(notPositive)) zero or less, left out of the logarithmic axis.")
    }
    for name in unusableDomains { notes.append("The \(name) axis cannot show its given domain.") }
    return notes
  }

  private static func values(_ count: Int) -> String {
    count == 1 ? "1 value is" : "\(count) values are"
  }

  private mutating func add(_ mark: Mark, bars: Bool) {
    switch mark {
    case .line(let line):
      let pieces = Self.pieces(line.points, shown: line.points.map { shows($0.x, $0.y) })
      for piece in pieces { for point in piece { include(point.x, point.y) } }
      append(line.label, .line(pieces: pieces, symbols: line.symbols))
    case .points(let points):
      let shown = points.points.filter { shows($0.x, $0.y) }
      for point in shown { include(point.x, point.y) }
      append(points.label, .points(shown))
    case .band(let band):
      let bounds = zip(band.x, zip(band.low, band.high))
        .map { Bound(x: $0, low: min($1.0, $1.1), high: max($1.0, $1.1)) }
      let pieces = Self.pieces(
        bounds, shown: bounds.map { shows($0.x, $0.low) && shows($0.x, $0.high) })
      for piece in pieces {
        for bound in piece {
          include(bound.x, bound.low)
          include(bound.x, bound.high)
        }
      }
      append(band.label, .band(pieces: pieces))
    case .bars(let bars): add(bars)
    case .rule(let rule):
      guard rule.direction == .x ? shows(rule.value, 1) : shows(1, rule.value) else { return }
      rules.append(rule)
      if rule.direction == .y { yExtent = Self.union(yExtent, rule.value) }
      if rule.direction == .x, !bars { xExtent = Self.union(xExtent, rule.value) }
    }
  }

  private mutating func add(_ bars: Bars) {
    var shown: [(category: Int, value: Double)] = []
    for (name, value) in zip(bars.categories, bars.values) {
      let place = categories.firstIndex(of: name) ?? categories.count
      if place == categories.count { categories.append(name) }
      guard shows(1, value) else { continue }
      yExtent = Self.union(yExtent, value)
      shown.append((place, value))
    }
    append(bars.label, .bars(shown))
  }

  private mutating func append(_ label: String?, _ kind: Kind) {
    let known = label.flatMap { name in series.firstIndex { $0 == name } }
    if known == nil { series.append(label) }
    shapes.append(Shape(series: known ?? series.count - 1, kind: kind))
  }

  /// Stretches of elements that have a place, cut where one has not.
  private static func pieces<Element>(_ elements: [Element], shown: [Bool]) -> [[Element]] {
    zip(elements, shown).reduce(into: [[]]) { pieces, next in
      if next.1 {
        pieces[pieces.count - 1].append(next.0)
      } else if pieces.last?.isEmpty == false {
        pieces.append([])
      }
    }
    .filter { !$0.isEmpty }
  }

  private mutating func shows(_ x: Double, _ y: Double) -> Bool {
    guard x.isFinite, y.isFinite else {
      notFinite += 1
      return false
    }
    guard self.x.shows(x), self.y.shows(y) else {
      notPositive += 1
      return false
    }
    return true
  }

  private mutating func include(_ x: Double, _ y: Double) {
    xExtent = Self.union(xExtent, x)
    yExtent = Self.union(yExtent, y)
  }

  private static func union(_ extent: ClosedRange<Double>?, _ value: Double) -> ClosedRange<Double>
  {
    guard let extent else { return value...value }
    return min(extent.lowerBound, value)...max(extent.upperBound, value)
  }
}
