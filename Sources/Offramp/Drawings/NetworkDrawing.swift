import Charts
import Networks
import Tensors

/// Draws a network: blocks along a backbone, exits branching off it, and what leaving there costs.
struct NetworkDrawing {
  let plan: Plan
  private let layout: NetworkLayout

  init(_ plan: Plan) {
    self.plan = plan
    layout = NetworkLayout(plan)
  }

  /// The drawing as an SVG document.
  var svg: String {
    SVGElement.identified { identifier in
      .document(
        width: layout.width, height: layout.height, identifier: identifier, title: title,
        description: summary, children: [header, backbone, sections, exits, costBar])
    }
  }

  private var title: String { plan.network.name ?? "Network" }

  private var summary: String {
    let exits = plan.exits.map { "\($0.name) after \(Self.count($0.multiplyAdds))" }
    return "\(subtitle). Exits: \(exits.joined(separator: ", "))."
  }

  private var subtitle: String {
    let exits = plan.exits.count == 1 ? "1 exit" : "\(plan.exits.count) exits"
    return "\(plan.network.input) → \(plan.network.classes) classes · \(exits) · "
      + "\(Self.count(plan.multiplyAdds)) multiply-adds · "
      + "\(Self.count(plan.parameterCount)) parameters"
  }

  /// The colour of an exit, the same as that of its curves.
  private func color(_ exit: Int) -> Paint {
    .color(Palette.colors[exit % Palette.colors.count])
  }

  static func count(_ value: Int) -> String { NumberFormat.si().text(Double(value)) }

  private var header: SVGElement {
    .group([
      .text(title, x: NetworkLayout.margin, y: 24, size: 15, bold: true),
      SVGElement.text(subtitle, x: NetworkLayout.margin, y: 42, size: 12).opacity(0.75),
    ])
  }

  // MARK: The backbone

  private var backbone: SVGElement {
    let lines = layout.ends.indices.map { row -> SVGElement in
      let axis = layout.axis(row: row)
      let start = row == 0 ? NetworkLayout.margin + 35 : NetworkLayout.margin
      return .line(x1: start, y1: axis, x2: layout.ends[row], y2: axis)
    }
    return SVGElement.group(
      [SVGElement.group(lines).stroke(.ink, width: 1.5).with("stroke-opacity", "0.45")] + [input])
  }

  private var input: SVGElement {
    let shape = plan.network.input
    let (_, height) = layout.blockSize(shape)
    let (axis, left) = (layout.axis(row: 0), NetworkLayout.margin)
    let sheet = SVGElement.rectangle(
      x: left + 5, y: axis - height / 2, width: 30, height: height, radius: 2)
    return .group([
      sheet.fill(.paper), sheet.fill(.none).stroke(.ink).with("stroke-opacity", "0.6"),
      label("input", x: left + 20, line: 1, row: 0),
      label("\(shape)", x: left + 20, line: 2, row: 0, opacity: 0.7),
    ])
  }

  private var sections: SVGElement { .group(layout.sections.map(section)) }

  private func section(_ placed: NetworkLayout.Section) -> SVGElement {
    let axis = layout.axis(row: placed.row)
    var left = placed.left
    var parts: [SVGElement] = []
    for block in placed.section.blocks {
      let (width, height) = layout.blockSize(block.output)
      let shape = SVGElement.rectangle(
        x: left, y: axis - height / 2, width: width, height: height, radius: 3)
      parts.append(shape.fill(.paper))
      parts.append(
        shape.fill(.ink).stroke(.ink).with("fill-opacity", fillOpacity(block))
          .with("stroke-opacity", "0.55").tooltip(tooltip(block)))
      left += width + NetworkLayout.blockGap
    }
    let lines = [placed.section.label, placed.section.detail].filter { !$0.isEmpty }
    for (index, text) in lines.enumerated() {
      let line = index + 2 - lines.count
      parts.append(
        label(text, x: placed.middle, line: line, row: placed.row, opacity: index == 0 ? 1 : 0.7))
    }
    if let output = placed.section.output {
      parts.append(label("\(output)", x: placed.middle, line: 2, row: placed.row, opacity: 0.7))
    }
    return .group(parts)
  }

  /// Layers that multiply are darker than those that only reshape or pool.
  private func fillOpacity(_ block: LayerPlan) -> String {
    block.work.products > 0 ? "0.16" : "0.04"
  }

  private func tooltip(_ block: LayerPlan) -> String {
    "\(block.layer): \(block.input) → \(block.output), \(Self.count(block.parameterCount)) "
      + "parameters, \(Self.count(block.work.products)) multiply-adds"
  }

  /// A line of text above the backbone; line 2 is the lowest.
  private func label(
    _ text: String, x: Double, line: Int, row: Int, opacity: Double = 1
  ) -> SVGElement {
    let y = layout.top(row: row) + 14 + Double(line) * 13
    let element = SVGElement.text(
      text, x: x, y: y, size: NetworkLayout.labelSize, anchor: .middle)
    return opacity < 1 ? element.opacity(opacity) : element
  }

  // MARK: Exits

  private var exits: SVGElement {
    .group(
      layout.sections.compactMap { placed in
        guard let exit = placed.section.exit, let branch = placed.branch else { return nil }
        return self.exit(exit, x: branch, row: placed.row)
      })
  }

  private func exit(_ exit: ExitInfo, x: Double, row: Int) -> SVGElement {
    let (axis, top) = (layout.axis(row: row), layout.exitTop(row: row))
    let size = NetworkLayout.exitSize
    let paint = color(exit.index)
    let box = SVGElement.rectangle(
      x: x - size.width / 2, y: top, width: size.width, height: size.height, radius: 5)
    var arrow = PathData()
    arrow.move(x: x - 4, y: top - 7)
    arrow.line(x: x, y: top - 1)
    arrow.line(x: x + 4, y: top - 7)
    let share = Double(exit.multiplyAdds) / Double(max(1, plan.multiplyAdds))
    let cost = "\(Self.count(exit.multiplyAdds)) · \(Self.percent(share))"
    return .group([
      SVGElement.line(x1: x, y1: axis, x2: x, y2: top - 1).stroke(paint, width: 2),
      SVGElement.path(arrow).stroke(paint, width: 2),
      SVGElement.circle(x: x, y: axis, radius: 3.5).fill(paint).stroke(.paper),
      box.fill(paint).stroke(paint, width: exit.isFinal ? 2 : 1).with("fill-opacity", "0.14")
        .tooltip(tooltip(exit)),
      .text(Self.fitted(exit.name), x: x, y: top + 17, size: 11.5, anchor: .middle, bold: true),
      SVGElement.text(cost, x: x, y: top + 33, size: 10.5, anchor: .middle).opacity(0.85),
    ])
  }

  private func tooltip(_ exit: ExitInfo) -> String {
    "\(exit.name): features \(exit.shape), leaving here costs \(exit.multiplyAdds) multiply-adds, "
      + "of which the head \(exit.headMultiplyAdds); \(exit.headParameters) parameters in the head"
  }

  private static func percent(_ share: Double) -> String {
    NumberFormat.percent.text((share * 1000).rounded() / 1000)
  }

  private static func fitted(_ name: String) -> String {
    var text = name
    while TextMetrics.width(text, size: 11.5, bold: true) > NetworkLayout.exitSize.width - 8 {
      text = text.dropLast(text.hasSuffix("…") ? 2 : 1) + "…"
    }
    return text
  }

  // MARK: Cost

  /// The multiply-adds of the whole network as a bar, divided at the exits.
  private var costBar: SVGElement {
    let left = NetworkLayout.margin
    let width = layout.width - 2 * left
    let top = layout.height - 40
    let whole = Double(max(1, plan.multiplyAdds))
    var done = 0.0
    var parts: [SVGElement] = []
    for exit in plan.exits {
      let end = Double(exit.multiplyAdds) / whole
      let segment = SVGElement.rectangle(
        x: left + done * width, y: top, width: max(0.5, (end - done) * width - 1.5), height: 8,
        radius: 2)
      parts.append(segment.fill(color(exit.index)).tooltip(tooltip(exit)))
      done = end
    }
    let caption = "Multiply-adds spent by leaving at each exit, as a share of the whole network"
    parts.append(SVGElement.text(caption, x: left, y: top + 22, size: 10.5).opacity(0.7))
    return .group(parts)
  }
}
