/// A number of bytes for a reader: `512 B`, `1.5 kB`, `20 MB`.
package func byteText(_ count: Int) -> String {
  if count < 1000 { return "\(count) B" }
  var value = Double(count)
  var unit = -1
  while value >= 999.5, unit < 3 {
    value /= 1000
    unit += 1
  }
  let tenths = Int((value * 10).rounded())
  let number = value < 9.95 ? "\(tenths / 10).\(tenths % 10)" : "\(Int(value.rounded()))"
  return "\(number) \(["kB", "MB", "GB", "TB"][unit])"
}

/// A span of time for a reader: `850 ns`, `12.5 µs`, `3.2 s`, `2 min 5 s`.
package func durationText(_ duration: Duration) -> String {
  let seconds =
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  if seconds >= 99.5 {
    let whole = Int(seconds.rounded())
    return "\(whole / 60) min \(whole % 60) s"
  }
  let (value, unit) =
    seconds >= 1
    ? (seconds, "s")
    : seconds >= 1e-3
      ? (seconds * 1e3, "ms") : seconds >= 1e-6 ? (seconds * 1e6, "µs") : (seconds * 1e9, "ns")
  let digits = value >= 99.5 || unit == "ns" ? 1 : value >= 9.95 ? 10 : 100
  let scaled = Int((value * Double(digits)).rounded())
  if digits == 1 { return "\(scaled) \(unit)" }
  let fraction = String(scaled % digits + digits).dropFirst()
  return "\(scaled / digits).\(fraction) \(unit)"
}
