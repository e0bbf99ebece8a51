/// How a control looks, in the terms of CSS; each kind of control has some of these properties.
///
/// ```swift
/// slider.style["handle_color"] = "tomato"
/// slider.style.descriptionWidth = "initial"
/// ```
public final class WidgetStyle: WidgetModel {
  /// The kinds of style, and the properties of each beside the width of the description.
  enum Kind: String {
    case description = "Description"
    case slider = "Slider"
    case progress = "Progress"
    case checkbox = "Checkbox"
    case toggleButton = "ToggleButton"
    case toggleButtons = "ToggleButtons"
    case button = "Button"
    case text = "Text"
    case label = "Label"
    case html = "HTML"

    private static let font = [
      "font_family", "font_size", "font_style", "font_variant", "font_weight", "text_color",
      "text_decoration",
    ]

    var state: [String: StateValue] {
      let properties: [String] =
        switch self {
        case .description, .toggleButtons: []
        case .slider: ["handle_color"]
        case .progress: ["bar_color"]
        case .checkbox: ["background"]
        case .toggleButton: Self.font
        case .button: ["button_color"] + Self.font
        case .text, .html: ["background", "font_size", "text_color"]
        case .label: ["background"] + Self.font
        }
      var state = Dictionary(uniqueKeysWithValues: properties.map { ($0, StateValue.null) })
      if self != .button { state["description_width"] = "" }
      if self == .toggleButtons { state.merge(["button_width": "", "font_weight": ""]) { $1 } }
      return state
    }
  }

  init(_ kind: Kind) { super.init(ModelType(style: kind.rawValue), kind.state) }

  /// The width of the description beside the control; `"initial"` gives it all the room it needs.
  public var descriptionWidth: String {
    get { self["description_width"] ?? "" }
    set { self["description_width"] = newValue }
  }

  /// The property of a name.
  ///
  /// `handle_color`, `bar_color`, `button_color`, `text_color`,
  /// `background`, `font_size`, `font_weight`, …
  ///
  /// Setting one that this kind of control does not have stops the program.
  public subscript(property: String) -> String? {
    get { held(property).text }
    set {
      let known = fullState.keys.filter { !$0.hasPrefix("_") }.sorted()
      precondition(
        known.contains(property),
        "The style of this control has no \"\(property)\"; it has \(known.joined(separator: ", "))."
      )
      set([property: newValue.map { .string($0) } ?? .null])
    }
  }
}
