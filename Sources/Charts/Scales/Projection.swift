/// A tick: where, and with which label; unlabelled ones are minor.
struct Tick: Hashable {
  var value: Double
  var label: String?
}

/// An axis fitted to data: its ends, its ticks, and the map from values to pixels.
struct Projection {
  let scale: AxisScale
  let domain: ClosedRange<Double>
  let ticks: [Tick]
  /// The pixels of the two ends of the domain.
  var pixels: (low: Double, high: Double) = (0, 1)

  /// Fits `axis` to the values in `extent`, with about one label for each of `wished` places.
  init(_ axis: Axis, extent: ClosedRange<Double>?, wished: Int, startsAtZero: Bool = false) {
    scale = axis.scale
    let fixed = axis.domain.flatMap { Self.isUsable($0, axis) ? $0 : nil }
    let data = fixed ?? Self.widened(extent, axis, startsAtZero: startsAtZero)
    switch axis.scale {
    case .linear:
      let values = LinearTicks.values(
        from: data.lowerBound, to: data.upperBound, about: wished)
      domain = fixed ?? Self.rounded(data, to: values)
      let shown = values.filter { [domain] value in
        Self.contains(domain, value) && (!axis.isWhole || value == value.rounded())
      }
      ticks = zip(shown, axis.format.labels(linear: shown)).map { Tick(value: $0, label: $1) }
    case .log:
      domain = data
      let values = LogarithmicTicks.values(
        from: data.lowerBound, to: data.upperBound, about: wished)
      let labels = axis.format.labels(logarithmic: values.major)
      ticks =
        zip(values.major, labels).map { Tick(value: $0, label: $1) }
        + values.minor.filter { !values.major.contains($0) }.map { Tick(value: $0, label: nil) }
    }
  }

  /// An axis of `count` named places, at 0, 1, 2 and so on.
  init(categories: [String]) {
    scale = .linear
    domain = -0.5...(Double(max(1, categories.count)) - 0.5)
    ticks = categories.enumerated().map { Tick(value: Double($0.offset), label: $0.element) }
  }

  /// The pixel of a value.
  func callAsFunction(_ value: Double) -> Double {
    pixels.low + fraction(value) * (pixels.high - pixels.low)
  }

  /// How far along the axis a value lies: 0 at the low end, 1 at the high end.
  func fraction(_ value: Double) -> Double {
    let (low, high) = (domain.lowerBound, domain.upperBound)
    guard scale == .log else { return (value - low) / (high - low) }
    let origin = decimalLogarithm(low)
    return (decimalLogarithm(value) - origin) / (decimalLogarithm(high) - origin)
  }

  /// Whether an axis can be laid over a domain: values that have a place, and ends that arithmetic
  /// can tell apart.
  static func isUsable(_ domain: ClosedRange<Double>, _ axis: Axis) -> Bool {
    let (low, high) = (domain.lowerBound, domain.upperBound)
    let largest = max(abs(low), abs(high))
    guard axis.shows(low), axis.shows(high), largest <= 1e300 else { return false }
    return high - low > max(1e-10 * largest, 1e-290) && (axis.scale == .linear || low >= 1e-300)
  }

  private static func contains(_ domain: ClosedRange<Double>, _ value: Double) -> Bool {
    let slack = 1e-9 * (domain.upperBound - domain.lowerBound)
    return value >= domain.lowerBound - slack && value <= domain.upperBound + slack
  }

  /// The extent with some air, so that no mark sits on the frame and no extent is empty.
  private static func widened(
    _ extent: ClosedRange<Double>?, _ axis: Axis, startsAtZero: Bool
  ) -> ClosedRange<Double> {
    guard let extent else { return axis.scale == .log ? 1...10 : 0...1 }
    let (low, high) = (extent.lowerBound, extent.upperBound)
    if axis.scale == .log {
      let (least, most) = (min(max(low, 1e-299), 1e299), min(max(high, 1e-299), 1e299))
      let ratio = most / least
      let factor = ratio < 1 + 1e-9 ? 2 : min(max(1 + 0.04 * (ratio - 1).squareRoot(), 1.03), 1.25)
      return (least / factor)...(most * factor)
    }
    if startsAtZero, isUsable(min(low, 0)...max(high, 0), axis) {
      return min(low, 0)...max(high, 0)
    }
    if isUsable(extent, axis) { return extent }
    let middle = min(max(low / 2 + high / 2, -1e299), 1e299)
    guard (high - low).isFinite, high - low < 1e299 else { return -1e300...1e300 }
    let air = abs(middle) < 1e-280 ? 1 : abs(middle) * 0.05
    return (middle - air)...(middle + air)
  }

  /// The data's extent with air, grown to round ends where a tick lies just outside.
  private static func rounded(
    _ data: ClosedRange<Double>, to ticks: [Double]
  ) -> ClosedRange<Double> {
    let air = 0.025 * (data.upperBound - data.lowerBound)
    let first = ticks.first ?? data.lowerBound
    let last = ticks.last ?? data.upperBound
    let low = first <= data.lowerBound ? first : data.lowerBound == 0 ? 0 : data.lowerBound - air
    let high = last >= data.upperBound ? last : data.upperBound + air
    return low...high
  }
}
