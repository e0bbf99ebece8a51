/// Where a widget stands and how much room it takes, in the terms of CSS.
///
/// ```swift
/// slider.layout.width = "60%"
/// ```
public final class Layout: WidgetModel {
  /// `null` properties are left to the front end's style sheet.
  private static let properties = [
    "align_content", "align_items", "align_self", "border_bottom", "border_left", "border_right",
    "border_top", "bottom", "display", "flex", "flex_flow", "grid_area", "grid_auto_columns",
    "grid_auto_flow", "grid_auto_rows", "grid_column", "grid_gap", "grid_row",
    "grid_template_areas", "grid_template_columns", "grid_template_rows", "height",
    "justify_content", "justify_items", "left", "margin", "max_height", "max_width", "min_height",
    "min_width", "object_fit", "object_position", "order", "overflow", "padding", "right", "top",
    "visibility", "width",
  ]

  /// The width, as `"60%"` or `"300px"`.
  @Trait("width") public var width: String?
  /// The height.
  @Trait("height") public var height: String?
  /// The least width.
  @Trait("min_width") public var minWidth: String?
  /// The greatest width.
  @Trait("max_width") public var maxWidth: String?
  /// The least height.
  @Trait("min_height") public var minHeight: String?
  /// The greatest height.
  @Trait("max_height") public var maxHeight: String?
  /// The room around the border.
  @Trait("margin") public var margin: String?
  /// The room within the border.
  @Trait("padding") public var padding: String?
  /// What happens to content that is too large: `"auto"`, `"hidden"`, `"scroll"`.
  @Trait("overflow") public var overflow: String?
  /// `"none"` takes the widget away; `"flex"`, `"grid"` and `"block"` arrange its children.
  @Trait("display") public var display: String?
  /// `"hidden"` leaves the widget's room empty.
  @Trait("visibility") public var visibility: String?
  /// How the widget grows and shrinks in its box, as `"1 1 auto"`.
  @Trait("flex") public var flex: String?
  /// The direction in which children follow each other, as `"row wrap"`.
  @Trait("flex_flow") public var flexFlow: String?
  /// How children stand across that direction.
  @Trait("align_items") public var alignItems: String?
  /// How lines of children stand across that direction.
  @Trait("align_content") public var alignContent: String?
  /// How the widget itself stands across that direction.
  @Trait("align_self") public var alignSelf: String?
  /// How children share the room along that direction.
  @Trait("justify_content") public var justifyContent: String?
  /// The columns of a grid, as `"repeat(3, 1fr)"`.
  @Trait("grid_template_columns") public var gridTemplateColumns: String?
  /// The rows of a grid.
  @Trait("grid_template_rows") public var gridTemplateRows: String?
  /// The room between the cells of a grid.
  @Trait("grid_gap") public var gridGap: String?
  /// The widget's place in a grid.
  @Trait("grid_area") public var gridArea: String?

  /// A layout of the front end's own choice, or of a given width.
  public init(width: String? = nil) {
    var state = Dictionary(uniqueKeysWithValues: Self.properties.map { ($0, StateValue.null) })
    state["width"] = width.state
    super.init(ModelType("Layout", in: .base), state)
  }

  /// The line around the widget, as `"1px solid gray"`.
  public var border: String? {
    get { trait("border_top") }
    set {
      let sides = ["border_top", "border_right", "border_bottom", "border_left"]
      set(Dictionary(uniqueKeysWithValues: sides.map { ($0, newValue.state) }))
    }
  }
}
