/// How the numbers of an axis are written.
public enum NumberFormat: Hashable, Sendable {
  /// Plain numbers where they are short, SI prefixes where they are large.
  case automatic
  /// Plain numbers, never a prefix.
  case plain
  /// Shares of one as percent: 0.912 → "91.2 %".
  case percent
  /// SI prefixes: 12 500 000 → "12.5 M"; a unit, if given, follows the prefix.
  case si(unit: String = "")

  private static let prefixes: [(exponent: Int, symbol: String)] = [
    (15, "P"), (12, "T"), (9, "G"), (6, "M"), (3, "k"), (0, ""), (-3, "m"), (-6, "µ"), (-9, "n"),
  ]
  private static let space = "\u{A0}"

  /// One number by itself, with about three significant digits.
  public func text(_ value: Double) -> String {
    guard value.isFinite else { return fixed(value, decimals: 0) }
    switch self {
    case .plain: return significant(value)
    case .percent: return trimmed(fixed(value * 100, decimals: 1)) + Self.space + "%"
    case .si(let unit): return Self.prefixed(value, unit: unit)
    case .automatic:
      return abs(value) >= 1e4 ? Self.prefixed(value, unit: "") : significant(value)
    }
  }

  /// The labels of the evenly spaced ticks of a linear axis: one precision and one prefix for all.
  package func labels(linear ticks: [Double]) -> [String] {
    let largest = ticks.map(abs).max() ?? 0
    let step = ticks.count > 1 ? abs(ticks[1] - ticks[0]) : largest
    switch self {
    case .percent:
      let decimals = Self.decimals(ticks.map { $0 * 100 }, step: step * 100)
      return ticks.map { fixed($0 * 100, decimals: decimals) + Self.space + "%" }
    case .si(let unit): return Self.prefixed(ticks, largest: largest, step: step, unit: unit)
    case .automatic where largest >= 1e4:
      return Self.prefixed(ticks, largest: largest, step: step, unit: "")
    case .automatic where largest > 0 && largest < 1e-3:
      return ticks.map { $0 == 0 ? "0" : scientific($0) }
    case .automatic, .plain:
      let decimals = Self.decimals(ticks, step: step)
      return ticks.map { fixed($0, decimals: decimals) }
    }
  }

  /// The labels of the ticks of a logarithmic axis: each by itself.
  func labels(logarithmic ticks: [Double]) -> [String] {
    ticks.map { tick in
      switch self {
      case .percent: trimmed(fixed(tick * 100, decimals: 6)) + Self.space + "%"
      case .si(let unit): Self.prefixed(tick, unit: unit)
      case .automatic where tick >= 1e3: Self.prefixed(tick, unit: "")
      case .automatic, .plain: tick < 1e-3 || tick >= 1e6 ? scientific(tick) : significant(tick)
      }
    }
  }

  /// The digits after the point that tell ticks `step` apart and write each exactly.
  private static func decimals(_ ticks: [Double], step: Double) -> Int {
    guard step > 0, step.isFinite else { return 0 }
    return (0...9).first { digits in
      let unit = powerOfTen(-digits)
      return step >= unit * 0.999
        && ticks.allSatisfy { abs($0 - ($0 / unit).rounded() * unit) < 1e-4 * step }
    } ?? 9
  }

  private static func prefix(for magnitude: Double) -> (exponent: Int, symbol: String) {
    guard magnitude > 0 else { return (0, "") }
    return prefixes.first { magnitude >= raised(10, to: $0.exponent) * 0.9995 }
      ?? prefixes[prefixes.count - 1]
  }

  private static func prefixed(_ value: Double, unit: String) -> String {
    let (exponent, symbol) = prefix(for: abs(value))
    return joined(significant(value / raised(10, to: exponent)), symbol + unit)
  }

  private static func prefixed(
    _ ticks: [Double], largest: Double, step: Double, unit: String
  ) -> [String] {
    let (exponent, symbol) = prefix(for: largest)
    let scale = raised(10, to: exponent)
    let decimals = Self.decimals(ticks.map { $0 / scale }, step: step / scale)
    return ticks.map {
      $0 == 0 ? "0" : joined(fixed($0 / scale, decimals: decimals), symbol + unit)
    }
  }

  private static func joined(_ number: String, _ unit: String) -> String {
    unit.isEmpty ? number : number + space + unit
  }
}
