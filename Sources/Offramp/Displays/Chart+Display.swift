public import Charts
public import Display

extension MIMEBundle {
  /// A drawing: as an image within a page, where it follows the theme; by itself, for what shows no
  /// HTML; and as text.
  init(plain: String, svg: String, title: String) {
    self.init(
      plain: plain,
      ["text/html": .text(Page.image(svg, title: title)), "image/svg+xml": .text(svg)])
  }
}

extension Chart: Displayable {
  /// The chart as a drawing and, for terminals, as text.
  public var display: MIMEBundle { MIMEBundle(plain: description, svg: svg, title: title) }
}
