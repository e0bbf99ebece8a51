import Networks
import Tensors

/// A stretch of the backbone that is drawn under one label: a layer with the normalisation and
/// activation that follow it, or several like blocks in a row.
struct NetworkSection {
  /// A block of the drawing: one working layer, and the shape it gives.
  var blocks: [LayerPlan]
  /// Light layers that follow the last block: normalisation, activation, dropout.
  var followers: [LayerPlan] = []
  /// The exit after the section, if there is one.
  var exit: ExitInfo?

  /// The shape of the features after the section.
  var output: Shape? { (followers.last ?? blocks.last)?.output }

  /// What the blocks are, as they are written in the description.
  var label: String {
    guard let last = blocks.last else { return "" }
    let name = Self.shortened("\(last.layer)")
    return blocks.count > 1 ? "\(blocks.count) × \(name)" : name
  }

  /// What follows the last block.
  var detail: String { followers.map(\.kind).joined(separator: " · ") }

  /// Divides a network into sections.
  static func sections(of plan: Plan) -> [NetworkSection] {
    plan.steps.reduce(into: []) { sections, step in
      switch step {
      case .exit(let index, _):
        if sections.isEmpty || sections[sections.count - 1].exit != nil {
          sections.append(NetworkSection(blocks: []))
        }
        sections[sections.count - 1].exit = plan.exits[index]
      case .layer(let layer): add(layer, to: &sections)
      }
    }
  }

  private static func add(_ layer: LayerPlan, to sections: inout [NetworkSection]) {
    guard let last = sections.last, last.exit == nil, let block = last.blocks.last else {
      return sections.append(NetworkSection(blocks: [layer]))
    }
    let isLight = layer.work.products == 0 && layer.output == layer.input
    if isLight {
      sections[sections.count - 1].followers.append(layer)
    } else if last.followers.isEmpty, block.kind == layer.kind, block.output == layer.output {
      sections[sections.count - 1].blocks.append(layer)
    } else {
      sections.append(NetworkSection(blocks: [layer]))
    }
  }

  private static func shortened(_ text: String) -> String {
    text.count <= 34 ? text : text.prefix(33) + "…"
  }
}
