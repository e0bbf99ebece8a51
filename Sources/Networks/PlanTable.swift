import Tensors

extension Plan: CustomStringConvertible {
  /// A table: one line per element with its output shape, parameters and multiply-adds, and at
  /// each exit the multiply-adds spent by leaving there.
  public var description: String {
    var table = TextTable(
      columns: ["Layer", "Output", "Parameters", "Multiply-adds", "To leave here"],
      leftAligned: 2)
    table.append(["Input", "\(network.input)", "", "", ""])
    for (element, step) in zip(network.elements, steps) { table.append(row(element, step)) }
    table.appendRule()
    table.append(["", "", parameterCount.grouped, multiplyAdds.grouped, ""])
    return "\(title)\n\(table)"
  }

  private var title: String {
    let name = network.name ?? "Network"
    let count = exits.count == 1 ? "1 exit" : "\(exits.count) exits"
    return "\(name): \(network.input) → \(network.classes) classes, \(count)"
  }

  private func row(_ element: Element, _ step: Step) -> [String] {
    let plan = step.plan
    let parameters = plan.parameterCount == 0 ? "" : plan.parameterCount.grouped
    let work = plan.work.products == 0 ? "" : plan.work.products.grouped
    switch step {
    case .layer:
      return [
        "  \(element)".shortened(to: 44), plan.outputs.map(\.description).joined(separator: ", "),
        parameters, work,
        "",
      ]
    case .exit(let index, _):
      let exit = exits[index]
      let head = (element.exit?.head).map { layers in
        " { \(layers.map(\.description).joined(separator: "; ")) }"
      }
      let label = "→ \(exit.name)\(head ?? "")".shortened(to: 44)
      return [label, "\(plan.output)", parameters, work, exit.multiplyAdds.grouped]
    }
  }
}

extension Element {
  /// The exit, if this is one.
  var exit: Exit? {
    if case .exit(let exit) = self { exit } else { nil }
  }
}

extension Int {
  /// The number with a comma between thousands: 40,813,184.
  var grouped: String {
    var digits = String(magnitude)
    var groups: [String] = []
    while digits.count > 3 {
      groups.insert(String(digits.suffix(3)), at: 0)
      digits.removeLast(3)
    }
    return (self < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
  }
}

extension String {
  /// The text, cut with "…" where it is longer than `limit`.
  func shortened(to limit: Int) -> String {
    count <= limit ? self : prefix(limit - 1) + "…"
  }
}
