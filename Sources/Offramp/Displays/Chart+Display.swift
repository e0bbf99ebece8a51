public import Charts
public import Display

extension MIMEBundle {
  /// A drawing: inside the page, where it takes the page's colours; as an image, for what shows no
  /// HTML; and as text.
  init(plain: String, svg: String) {
    self.init(plain: plain, ["text/html": .text(svg), "image/svg+xml": .text(svg)])
  }
}

extension Chart: Displayable {
  /// The chart as a drawing and, for terminals, as text.
  public var display: MIMEBundle { MIMEBundle(plain: description, svg: svg) }
}
