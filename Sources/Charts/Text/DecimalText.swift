/// A number with exactly `decimals` digits after the point, without locale: 3.14159 → "3.14".
///
/// The minus is the typographic one. What is too large for 15 digits is written in powers of ten.
package func fixed(_ value: Double, decimals: Int) -> String {
  guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
  let digits = min(max(decimals, 0), 12)
  let scaled = (abs(value) * powerOfTen(digits)).rounded()
  guard scaled < 1e15 else { return scientific(value) }
  var text = String(Int64(scaled))
  if digits > 0 {
    text = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
    text.insert(".", at: text.index(text.endIndex, offsetBy: -digits))
  }
  return value < 0 && scaled > 0 ? "−" + text : text
}

/// A pixel coordinate: at most two digits after the point, none that say nothing, plain minus.
package func coordinate(_ value: Double) -> String {
  guard value.isFinite else { return "0" }
  let hundredths = Int64((min(max(value, -1e7), 1e7) * 100).rounded())
  let magnitude = hundredths.magnitude
  let sign = hundredths < 0 ? "-" : ""
  let (whole, rest) = (magnitude / 100, magnitude % 100)
  if rest == 0 { return sign + String(whole) }
  if rest % 10 == 0 { return "\(sign)\(whole).\(rest / 10)" }
  return "\(sign)\(whole).\(rest < 10 ? "0" : "")\(rest)"
}

/// A number with about three significant digits, for sentences: 0.91234 → "0.912", 12.5 → "12.5".
package func significant(_ value: Double, digits: Int = 3) -> String {
  guard value.isFinite, value != 0 else { return fixed(value, decimals: 0) }
  let exponent = Int(decimalLogarithm(abs(value)).rounded(.down))
  guard (-4...6).contains(exponent) else { return scientific(value) }
  return trimmed(fixed(value, decimals: max(0, digits - 1 - exponent)))
}

/// A number as a power of ten: 0.000012 → "1.2×10⁻⁵".
package func scientific(_ value: Double) -> String {
  guard value.isFinite, value != 0 else { return fixed(value, decimals: 0) }
  var exponent = Int(decimalLogarithm(abs(value)).rounded(.down))
  var mantissa = abs(value) / raised(10, to: exponent)
  if mantissa >= 9.95 { (mantissa, exponent) = (1, exponent + 1) }
  let factor = trimmed(fixed(mantissa, decimals: 1))
  let power = "10" + superscript(exponent)
  return (value < 0 ? "−" : "") + (factor == "1" ? power : "\(factor)×\(power)")
}

/// Digits after the point that say nothing, left out: "1.50" → "1.5", "2.0" → "2".
package func trimmed(_ text: String) -> String {
  guard text.contains(".") else { return text }
  var kept = Substring(text)
  while kept.last == "0" { kept.removeLast() }
  if kept.last == "." { kept.removeLast() }
  return String(kept)
}

private func superscript(_ exponent: Int) -> String {
  let digits = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
  let text = String(exponent.magnitude).compactMap { $0.wholeNumberValue.map { digits[$0] } }
  return (exponent < 0 ? "⁻" : "") + String(text)
}
