import Charts
import Display

/// A table of results for a page; the plain twin is the value's own description.
struct ResultTable {
  /// A cell of the first column, with the colour of the exit it names, if it names one.
  struct Head {
    var text: String
    var exit: Int?
  }

  /// What the table shows, above it.
  var caption = ""
  /// The names of the columns; the first column is aligned left, the others right.
  var columns: [String]
  private(set) var rows: [(head: Head, values: [String])] = []

  init(caption: String = "", columns: [String]) {
    self.caption = caption
    self.columns = columns
  }

  /// Adds a row that names an exit, marked with the exit's colour.
  mutating func append(exit: Int, _ name: String, _ values: [String]) {
    rows.append((Head(text: name, exit: exit), values))
  }

  /// Adds a row.
  mutating func append(_ name: String, _ values: [String]) {
    rows.append((Head(text: name, exit: nil), values))
  }

  /// The table as HTML.
  var html: String {
    let heads = columns.enumerated().map { cell("th", SVGElement.escaped($1), left: $0 == 0) }
    let body = rows.map { row in
      "<tr>" + cell("td", Self.html(row.head), left: true)
        + row.values.map { cell("td", SVGElement.escaped($0), left: false) }.joined() + "</tr>"
    }
    let title =
      caption.isEmpty
      ? "" : "<div style=\"margin:4px 0 2px\"><b>\(SVGElement.escaped(caption))</b></div>"
    return title + "<table style=\"font-variant-numeric:tabular-nums;margin:4px 0 8px\"><thead><tr>"
      + heads.joined() + "</tr></thead><tbody>" + body.joined(separator: "\n") + "</tbody></table>"
  }

  private func cell(_ tag: String, _ content: String, left: Bool) -> String {
    "<\(tag) style=\"text-align:\(left ? "left" : "right")\">\(content)</\(tag)>"
  }

  private static func html(_ head: Head) -> String {
    let text = SVGElement.escaped(head.text)
    guard let exit = head.exit else { return text }
    let color = Palette.colors[exit % Palette.colors.count].hex
    return "<span style=\"color:\(color)\">●</span> \(text)"
  }
}

/// Numbers as the tables of results write them.
enum Written {
  /// A share as percent with one decimal: 0.912 → "91.2 %".
  static func percent(_ share: Double, decimals: Int = 1) -> String {
    fixed(share * 100, decimals: decimals) + "\u{A0}%"
  }

  /// A count with an SI prefix: 40 800 000 → "40.8 M".
  static func count(_ value: Double) -> String { NumberFormat.si().text(value) }

  /// A mean with its deviation, if it is of several: "91.2 ± 0.3 %".
  static func percent(mean: Double, deviation: Double, count: Int) -> String {
    guard count > 1 else { return percent(mean) }
    return "\(fixed(mean * 100, decimals: 1)) ± " + percent(deviation)
  }

  /// A time: 71 → "1 min 11 s".
  static func time(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds >= 0 else { return "–" }
    if seconds < 0.1 { return NumberFormat.si(unit: "s").text(seconds) }
    if seconds < 10 { return fixed(seconds, decimals: 1) + "\u{A0}s" }
    let whole = Int(min(seconds, 1e9).rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    if hours > 0 { return "\(hours)\u{A0}h \(minutes)\u{A0}min" }
    return minutes > 0 ? "\(minutes)\u{A0}min \(rest)\u{A0}s" : "\(rest)\u{A0}s"
  }
}

/// Pieces of pages.
enum Page {
  /// Makes the images of drawings follow a dark theme.
  private static let scheme =
    "<style>[data-jp-theme-light=\"false\"] img.drawing,.vscode-dark img.drawing"
    + "{color-scheme:dark}</style>"

  /// A drawing as an image within the page.
  ///
  /// Front ends strip a drawing's own elements from pages that the reader has not trusted yet and
  /// leave its words behind; an image passes. Its colours follow the theme by its colour scheme.
  static func image(_ svg: String, title: String) -> String {
    let content = Base64.text(Array(svg.utf8))
    return scheme + "<img class=\"drawing\" alt=\"\(SVGElement.escaped(title))\" "
      + "style=\"max-width:100%\" src=\"data:image/svg+xml;base64,\(content)\">"
  }

  /// Pieces side by side where the page is wide enough, below one another where it is not.
  static func sideBySide(_ pieces: [String]) -> String {
    "<div style=\"display:flex;flex-wrap:wrap;gap:8px\">"
      + pieces.map { "<div style=\"flex:0 1 400px;min-width:300px\">\($0)</div>" }.joined()
      + "</div>"
  }
}

extension Chart {
  /// The chart as an image within a page.
  var image: String { Page.image(svg, title: title) }
}
