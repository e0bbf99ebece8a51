/// What a shape is painted with.
///
/// A drawing must read in a light and in a dark notebook, both inside the page and as a stand-alone
/// image. Inside a page, ink and paper follow the page's theme (JupyterLab, the HTML that nbconvert
/// writes, Visual Studio Code). An image follows the colour scheme of the element that shows it; by
/// default it is dark on white.
public enum Paint: Hashable, Sendable {
  /// Nothing.
  case none
  /// The colour of text.
  case ink
  /// The colour of the background.
  case paper
  /// A fixed colour, chosen to read on both light and dark paper.
  case color(Color)

  static let inkStyle =
    "var(--jp-content-font-color1,var(--vscode-editor-foreground,"
    + "var(--drawing-ink,\(Color.darkInk.hex))))"
  static let paperStyle =
    "var(--jp-layout-color0,var(--vscode-editor-background,"
    + "var(--drawing-paper,\(Color.white.hex))))"
  /// Ink and paper of an image shown by an element of dark colour scheme.
  static let darkScheme =
    "@media (prefers-color-scheme:dark)"
    + "{:root{--drawing-ink:\(Color.lightInk.hex);--drawing-paper:\(Color.darkPaper.hex)}}"

  /// The value for programs that know no style sheets.
  var attribute: String {
    switch self {
    case .none: "none"
    case .ink: "currentColor"
    case .paper: Color.white.hex
    case .color(let color): color.hex
    }
  }

  /// The declaration that follows the page's theme, where the attribute does not do it.
  var style: String? { self == .paper ? Self.paperStyle : nil }
}

/// A colour in sRGB.
public struct Color: Hashable, Sendable {
  /// Channels from 0 to 255.
  public let red, green, blue: UInt8

  /// A colour from its channels, 0 to 255.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// A colour from 24 bits, as in `Color(0x0072B2)`.
  public init(_ rgb: UInt32) {
    self.init(
      red: UInt8(rgb >> 16 & 0xFF), green: UInt8(rgb >> 8 & 0xFF), blue: UInt8(rgb & 0xFF))
  }

  /// The colour as `#rrggbb`.
  public var hex: String {
    "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  static let white = Color(0xFFFFFF)
  static let darkInk = Color(0x1F2328)
  static let darkPaper = Color(0x111111)
  static let lightInk = Color(0xF0F0F0)
}
