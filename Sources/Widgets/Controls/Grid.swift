import Glibc

/// The numbers that a slider over real numbers can stand on, and how they are written.
struct Grid {
  /// The distance of two.
  let step: Double

  /// A grid with a step, or with a power of ten that is about a hundredth of a range.
  init(_ range: ClosedRange<Double>, step: Double?) {
    let length = range.upperBound - range.lowerBound
    let natural = length > 0 ? pow(10, floor(log10(length / 100) + 1e-9)) : 1
    self.step = step ?? natural
  }

  /// The format in the terms of d3-format.
  var format: String { ".\(max(Self.decimals(step), 2))f" }

  /// A number with as many decimals as the step has.
  static func text(_ value: Double, step: Double) -> String {
    fixed(value, decimals: max(decimals(step), 2))
  }

  /// How many decimals a step needs, at most nine.
  private static func decimals(_ step: Double) -> Int {
    guard step > 0, step.isFinite else { return 0 }
    var scaled = step
    for count in 0..<9 {
      if abs(scaled - scaled.rounded()) < 1e-6 * max(scaled, 1e-9), scaled >= 0.999 { return count }
      scaled *= 10
    }
    return 9
  }

  private static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
    let scale = pow(10, Double(decimals))
    let whole = (abs(value) * scale).rounded()
    let sign = value < 0 && whole > 0 ? "-" : ""
    guard whole < 9e18, decimals > 0 else { return "\(value.rounded())" }
    let digits = String(Int(whole))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return "\(sign)\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
  }
}
