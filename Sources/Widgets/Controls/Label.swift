/// A line of text to read.
public final class Label: DescribedWidget {
  /// The text; formulas between dollar signs are set.
  @Trait("value") public var value: String
  /// What stands there while there is no text.
  @Trait("placeholder") public var placeholder: String

  /// A line of text.
  public init(_ value: String = "", description: String = "") {
    super.init(
      ModelType("Label"), style: .label, description,
      ["value": .string(value), "placeholder": "\u{200B}"])
  }

  package override var plainText: String { line(value) }
  package override var staticHTML: String {
    Markup.row(description, "<span>\(Markup.escaped(value))</span>")
  }
}

/// A piece of a page.
public final class HTML: DescribedWidget {
  /// The HTML.
  @Trait("value") public var value: String
  /// What stands there while there is none.
  @Trait("placeholder") public var placeholder: String

  /// A piece of a page.
  public init(_ value: String = "", description: String = "") {
    super.init(
      ModelType("HTML"), style: .html, description,
      ["value": .string(value), "placeholder": "\u{200B}"])
  }

  package override var plainText: String { line(Markup.text(of: value)) }
  package override var staticHTML: String { Markup.row(description, "<div>\(value)</div>") }
}
