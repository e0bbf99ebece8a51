/// A box that is ticked or not.
public final class Checkbox: ScalarControl<Bool> {
  /// Whether the box stands where other controls do, to the right of their descriptions.
  @Trait("indent") public var indent: Bool

  /// A box with a text beside it.
  public init(_ description: String = "", _ value: Bool = false) {
    super.init(
      ModelType("Checkbox"), style: .checkbox, description,
      ["value": .bool(value), "indent": true])
  }

  package override var plainText: String { line(value ? "yes" : "no") }
  package override var staticHTML: String { Markup.row(description, value ? "☑" : "☐") }
}

/// A button that stays pressed until it is pressed again.
public final class ToggleButton: ScalarControl<Bool> {
  /// How much the button is to be noticed.
  @Trait("button_style") public var buttonStyle: Emphasis
  /// The name of a Font Awesome icon.
  @Trait("icon") public var icon: String

  /// A button with a text on it.
  public init(_ description: String = "", _ value: Bool = false) {
    super.init(
      ModelType("ToggleButton"), style: .toggleButton, description,
      ["value": .bool(value), "button_style": "", "icon": ""])
  }

  package override var plainText: String { line(value ? "on" : "off") }
  package override var staticHTML: String { Markup.row("", Markup.field(plainText)) }
}
