/// A widget with a description beside it.
public class DescribedWidget: Widget {
  /// How the widget looks.
  public let style: WidgetStyle
  /// The text beside the widget.
  @Trait("description") public var description: String
  /// Whether the description is HTML.
  @Trait("description_allow_html") public var descriptionAllowsHTML: Bool

  init(
    _ type: ModelType, style: WidgetStyle.Kind, _ description: String,
    _ state: [String: StateValue]
  ) {
    self.style = WidgetStyle(style)
    let common: [String: StateValue] = [
      "description": .string(description), "description_allow_html": false,
      "style": self.style.reference,
    ]
    super.init(type, common.merging(state) { _, own in own })
  }

  override var parts: [WidgetModel] { [layout, style] }

  override var name: String {
    description.isEmpty ? super.name : "\(super.name) \"\(description)\""
  }

  /// A line of text: the description, then the value.
  func line(_ value: String) -> String {
    description.isEmpty ? value : "\(description): \(value)"
  }
}
