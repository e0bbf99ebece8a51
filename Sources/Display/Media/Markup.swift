/// Text that a front end shows as a page.
///
/// ```swift
/// HTML("<b>bold</b>")
/// ```
public struct HTML: Displayable, Hashable, Sendable {
  /// The page's source.
  public let source: String

  /// A page; what comes from elsewhere must be escaped by the caller.
  public init(_ source: String) { self.source = source }

  /// The page; its words, for terminals.
  public var display: MIMEBundle { MIMEBundle(plain: words, ["text/html": .text(source)]) }

  /// The source without its elements.
  private var words: String {
    source.replacing(
      #/<(?:style|script)\b.*?</(?:style|script)>|<!--.*?-->|<[a-zA-Z/!][^>]*>/#
        .dotMatchesNewlines(), with: ""
    )
    .replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
    .replacing("&nbsp;", with: " ").replacing("&amp;", with: "&")
  }
}

/// A drawing in SVG.
public struct SVG: Displayable, Hashable, Sendable {
  /// The drawing's source.
  public let source: String
  /// What it shows, for those who cannot see it.
  public let title: String
  /// The width at which it is shown, in pixels; `nil` for its own.
  public let width: Int?

  /// A drawing.
  public init(_ source: String, title: String = "SVG drawing", width: Int? = nil) {
    self.source = source
    self.title = title
    self.width = width
  }

  /// The drawing, in a page as an image, since pages that a reader has not trusted lose other
  /// drawings; its title, for terminals.
  public var display: MIMEBundle {
    let image = HTMLText.image(
      Array(source.utf8), type: ImageFormat.svg.rawValue, title: title, width: width)
    return MIMEBundle(
      plain: title, ["text/html": .text(image), "image/svg+xml": .text(source)])
  }
}

/// Text in Markdown.
public struct Markdown: Displayable, Hashable, Sendable {
  /// The text's source.
  public let source: String

  /// A text.
  public init(_ source: String) { self.source = source }

  /// The text as front ends set it; as it stands, for terminals.
  public var display: MIMEBundle { MIMEBundle(plain: source, ["text/markdown": .text(source)]) }
}

/// A formula in LaTeX, set in its own line.
public struct LaTeX: Displayable, Hashable, Sendable {
  /// The formula, without dollar signs.
  public let source: String

  /// A formula; dollar signs around it may be given or not.
  public init(_ source: String) {
    var formula = source[...]
    while formula.first == "$", formula.last == "$", formula.count > 1 {
      formula = formula.dropFirst().dropLast()
    }
    self.source = String(formula)
  }

  /// The formula as front ends set it; its source, for terminals.
  public var display: MIMEBundle {
    MIMEBundle(plain: source, ["text/latex": .text("$\\displaystyle \(source)$")])
  }
}
