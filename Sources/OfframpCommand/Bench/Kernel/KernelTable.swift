import JupyterProtocol

/// One kernel's column.
struct KernelTable {
  let kernel: BenchedKernel
  private var samples: KernelSession.Samples = [:]

  init(kernel: BenchedKernel) { self.kernel = kernel }

  /// Takes in what one session measured.
  mutating func add(_ session: KernelSession.Samples) {
    samples.merge(session, uniquingKeysWith: +)
  }

  /// The median of what was measured; nil where nothing was.
  func median(_ quantity: KernelQuantity) -> Double? {
    samples[quantity].flatMap(Self.median)
  }

  /// The median of values, with three significant digits; a dash where there are none.
  static func text(median values: [Double]) -> String { median(values).map(rounded) ?? "–" }

  private static func median(_ values: [Double]) -> Double? {
    guard !values.isEmpty else { return nil }
    let (values, middle) = (values.sorted(), values.count / 2)
    return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
  }

  /// The columns side by side.
  static func text(_ tables: [KernelTable]) -> String {
    var rows = [["", "target"] + tables.map(\.kernel.name)]
    for quantity in KernelQuantity.allCases {
      let unit = quantity.unit.isEmpty ? "" : ", \(quantity.unit)"
      rows.append(
        [quantity.label + unit, quantity.target ?? ""]
          + tables.map { $0.median(quantity).map(rounded) ?? "–" })
    }
    return aligned(rows)
  }

  /// Rows with their columns under each other, the first one to the left.
  static func aligned(_ rows: [[String]]) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      zip(row, widths).enumerated().map { index, cell in
        let space = String(repeating: " ", count: cell.1 - cell.0.count)
        return index == 0 ? cell.0 + space : space + cell.0
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// All samples as JSON.
  static func document(_ tables: [KernelTable], rounds: Int) -> JSON {
    let kernels = tables.map { table -> (String, JSON) in
      let quantities = KernelQuantity.allCases.compactMap { quantity -> (String, JSON)? in
        guard let values = table.samples[quantity], let median = table.median(quantity) else {
          return nil
        }
        let fields: JSON = [
          "unit": .string(quantity.unit), "median": .number(median),
          "samples": .array(values.map(JSON.number)),
        ]
        return (quantity.rawValue, fields)
      }
      return (table.kernel.name, .object(Dictionary(uniqueKeysWithValues: quantities)))
    }
    return [
      "version": .string(OfframpCommand.version), "rounds": .integer(rounds),
      "kernels": .object(Dictionary(uniqueKeysWithValues: kernels)),
    ]
  }

  /// Three significant digits.
  private static func rounded(_ value: Double) -> String {
    let magnitude = abs(value)
    if value == value.rounded() && magnitude < 100 { return "\(Int(value))" }
    if magnitude >= 100 { return "\(Int(value.rounded()))" }
    if magnitude >= 10 { return "\((value * 10).rounded() / 10)" }
    return "\((value * 100).rounded() / 100)"
  }
}
