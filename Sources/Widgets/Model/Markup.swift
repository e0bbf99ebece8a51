/// The HTML of widgets that stand still.
///
/// Colours are the page's own, so that the same text does in light and in dark.
enum Markup {
  private static let entities: [Character: String] = [
    "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;", "'": "&#39;",
  ]

  static func escaped(_ text: String) -> String {
    text.map { entities[$0] ?? String($0) }.joined()
  }

  static func page(_ content: String) -> String {
    "<div style=\"font-size:13px;line-height:1.5\">\(content)</div>"
  }

  /// A control: its description, what shows its value, the value.
  static func row(_ description: String, _ picture: String, _ value: String = "") -> String {
    let label =
      description.isEmpty
      ? ""
      : "<span style=\"flex:none;min-width:6em;text-align:right\">\(escaped(description))</span>"
    let readout =
      value.isEmpty
      ? ""
      : "<span style=\"font-variant-numeric:tabular-nums\">\(escaped(value))</span>"
    return "<div style=\"display:flex;align-items:center;gap:8px;margin:2px 0\">"
      + label + picture + readout + "</div>"
  }

  /// A track with a part of it filled, both ends as shares of its length.
  static func track(from start: Double, to end: Double, height: Int) -> String {
    let left = percent(start)
    let width = percent(end - start)
    return "<span style=\"position:relative;display:inline-block;width:180px;height:\(height)px;"
      + "border-radius:3px;overflow:hidden\">"
      + "<span style=\"position:absolute;inset:0;background:currentColor;opacity:.2\"></span>"
      + "<span style=\"position:absolute;top:0;bottom:0;left:\(left);width:\(width);"
      + "background:#1976d2\"></span></span>"
  }

  /// A value in a frame.
  static func field(_ text: String) -> String {
    "<span style=\"border:1px solid rgba(128,128,128,.6);border-radius:3px;padding:0 8px\">"
      + (text.isEmpty ? "&nbsp;" : escaped(text)) + "</span>"
  }

  private static func percent(_ share: Double) -> String {
    let bounded = share.isFinite ? min(max(share, 0), 1) : 0
    return "\((bounded * 1000).rounded() / 10)%"
  }
}

extension Markup {
  /// What is left of HTML when its tags are taken away.
  static func text(of html: String) -> String {
    var text = ""
    var isTag = false
    for character in html {
      switch character {
      case "<": isTag = true
      case ">" where isTag: isTag = false
      default: if !isTag { text.append(character) }
      }
    }
    for (character, entity) in entities { text = replace(entity, by: character, in: text) }
    return text
  }

  private static func replace(_ entity: String, by character: Character, in text: String) -> String
  {
    var rest = Substring(text)
    var result = ""
    while let start = rest.firstRange(of: entity) {
      result += rest[..<start.lowerBound] + String(character)
      rest = rest[start.upperBound...]
    }
    return result + rest
  }
}
