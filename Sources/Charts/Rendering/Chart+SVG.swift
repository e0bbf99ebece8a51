extension Chart {
  /// The chart as an SVG document; the same chart always gives the same text.
  ///
  /// It may stand inside a page, where it takes the page's theme, or alone as an image.
  public var svg: String {
    let layout = ChartLayout(self)
    return SVGElement.identified { ChartDrawing(layout: layout, identifier: $0).root }
  }
}
