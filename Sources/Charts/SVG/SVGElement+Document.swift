extension SVGElement {
  /// A document that reads in light and dark pages, inside a page and as an image of its own.
  ///
  /// - Parameters:
  ///   - width: The width in pixels; a narrower page shrinks the drawing.
  ///   - height: The height in pixels.
  ///   - identifier: Prefix of the identifiers inside; unique on a page.
  ///   - title: What the drawing is, for readers who do not see it.
  ///   - description: What the drawing shows, for the same readers.
  ///   - children: What is drawn.
  public static func document(
    width: Double, height: Double, identifier: String, title: String, description: String,
    children: [SVGElement]
  ) -> SVGElement {
    let (titleID, descriptionID) = ("\(identifier)-title", "\(identifier)-desc")
    let paper = SVGElement.rectangle(x: 0, y: 0, width: width, height: height, radius: 4)
      .fill(.paper)
    var root = SVGElement(
      .svg,
      [
        "xmlns": "http://www.w3.org/2000/svg", "role": "img",
        "aria-labelledby": "\(titleID) \(descriptionID)",
        "width": coordinate(width), "height": coordinate(height),
        "viewBox": "0 0 \(coordinate(width)) \(coordinate(height))",
        "font-family": TextMetrics.fontFamily, "color": Color.darkInk.hex,
      ],
      children: [
        SVGElement(.title, ["id": titleID], content: title),
        SVGElement(.desc, ["id": descriptionID], content: description),
        SVGElement(.style, content: Paint.darkScheme), paper,
      ] + children)
    root.styles = ["color": Paint.inkStyle, "height": "auto", "max-width": "100%"]
    return root
  }

  /// Renders a document twice: once to know its content, once with identifiers made from it, so
  /// that they are stable and two drawings on one page never share one.
  public static func identified(_ document: (String) -> SVGElement) -> String {
    document("d" + fingerprint(document("d").rendered)).rendered
  }

  /// FNV-1a, 64 bit, in hexadecimal.
  static func fingerprint(_ text: String) -> String {
    let hash = text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return String(hash, radix: 16)
  }
}
