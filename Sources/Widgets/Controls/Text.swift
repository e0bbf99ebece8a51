/// A line of text to write in.
public final class Text: ScalarControl<String> {
  /// Whether the value changes with every letter, not only at the end.
  @Trait("continuous_update") public var continuousUpdate: Bool
  /// What stands there while there is no text.
  @Trait("placeholder") public var placeholder: String

  /// A line with a text in it.
  public init(_ description: String = "", _ value: String = "", continuous: Bool = true) {
    super.init(
      ModelType("Text"), style: .text, description,
      [
        "value": .string(value), "placeholder": "\u{200B}", "continuous_update": .bool(continuous),
      ])
  }
}

/// Several lines of text to write in.
public final class Textarea: ScalarControl<String> {
  /// Whether the value changes with every letter, not only at the end.
  @Trait("continuous_update") public var continuousUpdate: Bool
  /// What stands there while there is no text.
  @Trait("placeholder") public var placeholder: String
  /// How many lines can be seen at once.
  @Trait("rows") public var rows: Int?

  /// Lines with a text in them.
  public init(
    _ description: String = "", _ value: String = "", rows: Int? = nil, continuous: Bool = true
  ) {
    super.init(
      ModelType("Textarea"), style: .text, description,
      [
        "value": .string(value), "placeholder": "\u{200B}", "rows": rows.state,
        "continuous_update": .bool(continuous),
      ])
  }
}
