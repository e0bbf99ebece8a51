/// One element of an SVG document: a name, attributes, and what lies inside.
///
/// Marks and drawings are built from elements, never from strings, so that escaping, number format
/// and the order of attributes are decided in one place and the same input always gives the same
/// bytes.
///
/// ```swift
/// SVGElement.circle(x: 10, y: 10, radius: 4).fill(.color(Palette.colors[0])).rendered
/// // <circle cx="10" cy="10" fill="#1a7fc1" r="4"/>
/// ```
public struct SVGElement: Hashable, Sendable {
  /// The elements used by charts and drawings.
  public enum Name: String, Hashable, Sendable {
    case svg, g, path, rect, circle, line, text, tspan, title, desc, defs, clipPath, image, style
  }

  /// Which element this is.
  public var name: Name
  /// Attribute values by name, unescaped.
  public var attributes: [String: String]
  /// CSS declarations by property; they follow the page's theme where attributes cannot.
  public var styles: [String: String]
  /// The elements inside, drawn in this order.
  public var children: [SVGElement]
  /// Text inside the element, unescaped; comes before the children.
  public var content: String?

  /// An element with the given attributes and children.
  public init(
    _ name: Name, _ attributes: [String: String] = [:], content: String? = nil,
    children: [SVGElement] = []
  ) {
    self.name = name
    self.attributes = attributes
    self.styles = [:]
    self.content = content
    self.children = children
  }

  /// The element as SVG text: attributes sorted by name, one element a line.
  public var rendered: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    text += "<\(name.rawValue)"
    for (key, value) in attributes.sorted(by: { $0.key < $1.key }) {
      text += " \(key)=\"\(Self.escaped(value))\""
    }
    if !styles.isEmpty {
      let declarations = styles.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
      text += " style=\"\(Self.escaped(declarations.joined(separator: ";")))\""
    }
    guard content != nil || !children.isEmpty else { return text += "/>" }
    text += ">"
    if let content { text += Self.escaped(content) }
    for child in children {
      if content == nil { text += "\n" }
      child.write(to: &text)
    }
    if content == nil { text += "\n" }
    text += "</\(name.rawValue)>"
  }

  /// Text made safe for XML and HTML: markup escaped, characters that XML forbids left out.
  public static func escaped(_ text: String) -> String {
    var safe = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": safe += "&amp;"
      case "<": safe += "&lt;"
      case ">": safe += "&gt;"
      case "\"": safe += "&quot;"
      case "\n", "\t": safe += " "
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: continue
      default: safe.unicodeScalars.append(scalar)
      }
    }
    return safe
  }
}
