/// Pieces of HTML.
enum HTMLText {
  /// Text as it must be written in an element or an attribute.
  static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      // Control characters are not allowed in a page.
      case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A cell of a table.
  static func cell(_ tag: String, _ content: String, right: Bool) -> String {
    "<\(tag) style=\"text-align:\(right ? "right" : "left")\">\(content)</\(tag)>"
  }

  /// Text in which lines and blanks stay as they are.
  static func block(_ text: String) -> String {
    let isOneLine = !text.contains(where: \.isNewline)
    return isOneLine
      ? escaped(text) : "<pre style=\"margin:0;background:none\">\(escaped(text))</pre>"
  }

  /// A picture that the page itself holds.
  static func image(_ bytes: [UInt8], type: String, title: String, width: Int? = nil) -> String {
    let size = width.map { " width=\"\($0)\"" } ?? ""
    return "<img alt=\"\(escaped(title))\"\(size) style=\"max-width:100%\" "
      + "src=\"data:\(type);base64,\(Base64.text(bytes))\">"
  }

  /// Pieces side by side where the page is wide enough, below one another where it is not.
  static func flow(_ pieces: [String]) -> String {
    "<div style=\"display:flex;flex-wrap:wrap;gap:8px\">"
      + pieces.map { "<div>\($0)</div>" }.joined(separator: "\n") + "</div>"
  }
}
