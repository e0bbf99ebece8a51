extension SVGElement {
  /// A group.
  public static func group(_ children: [SVGElement]) -> SVGElement {
    SVGElement(.g, children: children)
  }

  /// A rectangle with corners rounded by `radius`; lengths in pixels.
  public static func rectangle(
    x: Double, y: Double, width: Double, height: Double, radius: Double = 0
  ) -> SVGElement {
    var element = SVGElement(
      .rect,
      [
        "x": coordinate(x), "y": coordinate(y), "width": coordinate(max(0, width)),
        "height": coordinate(max(0, height)),
      ])
    if radius > 0 { element.attributes["rx"] = coordinate(radius) }
    return element
  }

  /// A circle about (x, y).
  public static func circle(x: Double, y: Double, radius: Double) -> SVGElement {
    SVGElement(.circle, ["cx": coordinate(x), "cy": coordinate(y), "r": coordinate(radius)])
  }

  /// A straight line.
  public static func line(x1: Double, y1: Double, x2: Double, y2: Double) -> SVGElement {
    SVGElement(
      .line,
      ["x1": coordinate(x1), "y1": coordinate(y1), "x2": coordinate(x2), "y2": coordinate(y2)])
  }

  /// An outline that is not filled unless asked.
  public static func path(_ data: PathData) -> SVGElement {
    SVGElement(.path, ["d": data.text, "fill": "none"])
  }

  /// Where a text stands against its x.
  public enum Anchor: String, Hashable, Sendable {
    case start, middle, end
  }

  /// A line of text with its baseline at `y`; `size` in pixels.
  public static func text(
    _ content: String, x: Double, y: Double, size: Double = 11, anchor: Anchor = .start,
    bold: Bool = false
  ) -> SVGElement {
    var element = SVGElement(
      .text,
      [
        "x": coordinate(x), "y": coordinate(y), "font-size": coordinate(size),
        "fill": "currentColor",
      ],
      content: content)
    if anchor != .start { element.attributes["text-anchor"] = anchor.rawValue }
    if bold { element.attributes["font-weight"] = "600" }
    return element
  }

  /// The same element with its inside painted.
  public func fill(_ paint: Paint) -> SVGElement { painted("fill", paint) }

  /// The same element with its outline painted; `width` and the lengths of `dash` in pixels.
  public func stroke(_ paint: Paint, width: Double = 1, dash: [Double] = []) -> SVGElement {
    var element = painted("stroke", paint)
    if width != 1 { element.attributes["stroke-width"] = coordinate(width) }
    if !dash.isEmpty {
      element.attributes["stroke-dasharray"] = dash.map(coordinate).joined(separator: " ")
    }
    return element
  }

  /// The same element, see-through: 0 is invisible and 1 solid.
  public func opacity(_ value: Double) -> SVGElement { with("opacity", coordinate(value)) }

  /// The same element with one more attribute.
  public func with(_ attribute: String, _ value: String) -> SVGElement {
    var element = self
    element.attributes[attribute] = value
    return element
  }

  /// The same element with a text that front ends show when the pointer rests on it.
  public func tooltip(_ text: String) -> SVGElement {
    var element = self
    element.children.insert(SVGElement(.title, content: text), at: 0)
    return element
  }

  private func painted(_ attribute: String, _ paint: Paint) -> SVGElement {
    var element = with(attribute, paint.attribute)
    element.styles[attribute] = paint.style
    return element
  }
}
