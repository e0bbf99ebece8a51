/// Columns of text for a terminal: the first to the left, the others to the right.
package enum TextTable {
  /// One line a row; all rows have as many cells as the first.
  package static func lines(_ rows: [[String]]) -> [String] {
    guard let columns = rows.first?.count else { return [] }
    let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, text in
        let space = String(repeating: " ", count: widths[column] - text.count)
        return column == 0 ? text + space : space + text
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// A number with a fixed number of decimals, rounded half to even; a dash if it is not finite.
  package static func decimal(_ value: Double, places: Int) -> String {
    guard value.isFinite, abs(value) < 1e15 else { return "–" }
    let unit = (0..<places).reduce(1) { product, _ in product * 10 }
    let scaled = (abs(value) * Double(unit)).rounded(.toNearestOrEven)
    let whole = Int(scaled)
    let sign = value < 0 && whole > 0 ? "−" : ""
    guard places > 0 else { return "\(sign)\(whole)" }
    let fraction = "\(whole % unit)"
    return "\(sign)\(whole / unit)."
      + String(repeating: "0", count: places - fraction.count) + fraction
  }

  /// A share as a percentage with two decimals.
  package static func percent(_ share: Double) -> String { decimal(100 * share, places: 2) + " %" }

  /// A number with up to two decimals, without zeros at the end.
  package static func trimmed(_ value: Double) -> String {
    var text = decimal(value, places: 2)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// A number of operations with a unit: `40.6 M`.
  package static func operations(_ count: Double) -> String {
    let units: [(Double, String)] = [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")]
    for (size, unit) in units where count >= size * 0.9995 {
      let value = count / size
      return decimal(value, places: value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2) + unit
    }
    return decimal(count, places: 0)
  }
}
