/// Widgets that stand together.
public class Box: Widget {
  private let contents = Lock()
  private var current: [Widget]

  /// Widgets in a box, arranged as its ``Widget/layout`` says.
  public convenience init(_ children: [Widget] = []) { self.init("Box", children) }

  init(_ name: String, _ children: [Widget], _ state: [String: StateValue] = [:]) {
    current = children
    let common: [String: StateValue] = [
      "box_style": "", "children": .array(children.map(\.reference)),
    ]
    super.init(ModelType(name), common.merging(state) { _, own in own })
  }

  /// How much the box is to be noticed.
  @Trait("box_style") public var boxStyle: Emphasis

  /// The widgets.
  public final var children: [Widget] {
    get { contents { current } }
    set {
      contents { current = newValue }
      set(["children": .array(newValue.map(\.reference))])
    }
  }

  final override var parts: [WidgetModel] { [layout] + children }

  package override var plainText: String {
    children.map(\.plainText).joined(separator: "\n")
  }

  package override var staticHTML: String { children.map(\.staticHTML).joined() }
}

/// Widgets beside each other.
public final class HBox: Box {
  /// Widgets from left to right.
  public convenience init(_ children: [Widget] = []) { self.init("HBox", children) }

  package override var plainText: String {
    children.map(\.plainText).joined(separator: children.contains { $0 is Box } ? "\n" : "   ")
  }

  package override var staticHTML: String {
    "<div style=\"display:flex;flex-wrap:wrap;gap:12px\">"
      + children.map { "<div>\($0.staticHTML)</div>" }.joined() + "</div>"
  }
}

/// Widgets below each other.
public final class VBox: Box {
  /// Widgets from top to bottom.
  public convenience init(_ children: [Widget] = []) { self.init("VBox", children) }
}
