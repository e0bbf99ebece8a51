public import Display

/// A model that can be seen: a control, an area for output, or a box of those.
///
/// Where the front end has no widgets, its place is taken by a picture of its state when it was
/// shown.
public class Widget: WidgetModel, Displayable {
  /// Where the widget stands and how much room it takes.
  public let layout: Layout
  /// What the pointer is told when it rests on the widget.
  @Trait("tooltip") public var tooltip: String?

  init(_ type: ModelType, layout: Layout = Layout(), _ state: [String: StateValue]) {
    self.layout = layout
    let common: [String: StateValue] = [
      "_dom_classes": [], "tabbable": .null, "tooltip": .null, "layout": layout.reference,
    ]
    super.init(type, common.merging(state) { _, own in own })
  }

  override var parts: [WidgetModel] { [layout] }

  /// Why the widget has no value where it should have one.
  var lack: String? { nil }

  /// Calls a function whenever the user or a cell changes the widget's value, if it has one.
  func whenChanged(_ body: @escaping () throws -> Void) {}

  /// The widget in one or several lines of text.
  package var plainText: String { name }

  /// The widget as it looks where nothing can be moved.
  package var staticHTML: String { Markup.escaped(plainText) }

  /// The view of the widget, and what stands in its place where there are no widgets.
  public var display: MIMEBundle {
    open()
    let view: StateValue = [
      "model_id": .string(id), "version_major": 2, "version_minor": 0,
    ]
    return MIMEBundle(
      plain: plainText,
      [
        "text/html": .text(Markup.page(staticHTML)),
        "application/vnd.jupyter.widget-view+json": .json(view.serialized),
      ])
  }
}

/// How much a control is to be noticed.
public enum Emphasis: String, TraitValue, Sendable, CaseIterable {
  case plain = ""
  case primary, success, info, warning, danger
}

/// Along which direction a control moves.
public enum Orientation: String, TraitValue, Sendable, CaseIterable {
  case horizontal, vertical
}
