import Tensors

extension Cost: CustomStringConvertible {
  /// A table of every layer that computes or learns something, and the cost of leaving at each exit.
  public var description: String {
    let heading = convention.heading
    var table = TextTable(
      columns: ["Name", "Kind", "Output", "Parameters", heading], leftAligned: 3)
    for item in items where item.parameters > 0 || item.operations > 0 {
      table.append([
        item.name, item.kind, "\(item.output)", item.parameters.grouped, item.operations.grouped,
      ])
    }
    table.appendRule()
    table.append(["", "", "", parameters.grouped, total.grouped])
    var leaving = TextTable(
      columns: ["Leaving at exit", "With all earlier heads", "With its own head only"],
      leftAligned: 1)
    for (index, (all, lazy)) in zip(exits, lazyExits).enumerated() {
      leaving.append(["\(index)", all.grouped, lazy.grouped])
    }
    return "\(table)\n\n\(leaving)"
  }
}

extension CostConvention {
  /// What is counted, as the heading of a column.
  var heading: String {
    switch self {
    case .multiplyAdds: "Multiply-adds"
    case .opcounter: "Operations (op_counter)"
    case .fvcore: "Operations (fvcore)"
    case .flops2x: "Multiplications and additions"
    }
  }
}
