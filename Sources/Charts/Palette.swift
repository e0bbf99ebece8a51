/// The looks of series, told apart by colour and by dash or symbol, so that print and colour-blind
/// readers lose nothing.
///
/// Source of the colours: M. Okabe, K. Ito, "Color Universal Design", 2008. Black and yellow are
/// left out, since each vanishes on one of the two kinds of paper, and the blue is a little lighter.
public enum Palette {
  /// Blue, vermillion, green, purple, orange, sky blue; then grey.
  public static let colors: [Color] = [
    Color(0x1A7FC1), Color(0xD55E00), Color(0x009E73), Color(0xCC79A7), Color(0xE69F00),
    Color(0x56B4E9), Color(0x8C8C8C),
  ]

  /// A ramp of one hue from light to dark, for series that have an order, such as easy to hard.
  public static let ramp: [Color] = [Color(0xD9B3E6), Color(0xB07CC6), Color(0x8450A8)]

  static let dashes: [[Double]] = [
    [], [6, 3], [2, 2.5], [9, 3, 2, 3], [12, 4], [4, 2, 1, 2, 1, 2],
  ]

  /// How the series with this number is drawn.
  static func style(_ index: Int, _ colors: [Color]) -> SeriesStyle {
    let colors = colors.isEmpty ? Self.colors : colors
    return SeriesStyle(
      color: colors[index % colors.count],
      dash: dashes[(index % colors.count + index / colors.count) % dashes.count],
      symbol: Symbol.allCases[(index + index / colors.count) % Symbol.allCases.count])
  }
}

/// The look of one series.
struct SeriesStyle: Hashable {
  var color: Color
  var dash: [Double]
  var symbol: Symbol
}

/// The shapes that stand on points, of about equal area.
enum Symbol: CaseIterable {
  case circle, square, triangle, diamond, inverted, cross

  /// The symbol about (x, y), with a rim in the colour of the paper to keep neighbours apart.
  func element(x: Double, y: Double, radius: Double, color: Color) -> SVGElement {
    guard self != .circle else {
      return .circle(x: x, y: y, radius: radius).fill(.color(color)).stroke(.paper)
    }
    var path = PathData()
    for (index, corner) in corners.enumerated() {
      let (px, py) = (x + corner.0 * radius, y + corner.1 * radius)
      index == 0 ? path.move(x: px, y: py) : path.line(x: px, y: py)
    }
    path.close()
    return SVGElement.path(path).fill(.color(color)).stroke(.paper)
  }

  private var corners: [(Double, Double)] {
    switch self {
    case .circle: []
    case .square: [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]
    case .triangle: [(0, -1.25), (1.15, 0.8), (-1.15, 0.8)]
    case .inverted: [(0, 1.25), (1.15, -0.8), (-1.15, -0.8)]
    case .diamond: [(0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)]
    case .cross:
      [
        (-0.4, -1.15), (0.4, -1.15), (0.4, -0.4), (1.15, -0.4), (1.15, 0.4), (0.4, 0.4),
        (0.4, 1.15), (-0.4, 1.15), (-0.4, 0.4), (-1.15, 0.4), (-1.15, -0.4), (-0.4, -0.4),
      ]
    }
  }
}
