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

/// Bytes as text (RFC 4648).
package enum Base64 {
  private static let digits = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

  /// The bytes in base 64.
  package static func text(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    var start = 0
    while start < bytes.count {
      let count = min(3, bytes.count - start)
      var bits = 0
      for k in 0..<3 { bits = bits << 8 | (k < count ? Int(bytes[start + k]) : 0) }
      for k in 0..<4 { text.append(k <= count ? digits[bits >> (18 - 6 * k) & 63] : 61) }
      start += 3
    }
    return String(decoding: text, as: UTF8.self)
  }
}
