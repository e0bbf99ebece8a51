/// The outline of a path: moves, lines and curves, in pixels.
public struct PathData: Hashable, Sendable {
  private(set) var text = ""

  /// An empty path.
  public init() {}

  /// Starts a new piece at (x, y).
  public mutating func move(x: Double, y: Double) { append("M", x, y) }

  /// Draws a straight line to (x, y).
  public mutating func line(x: Double, y: Double) { append("L", x, y) }

  /// Draws a cubic Bézier curve to (x, y) with two control points.
  public mutating func curve(
    x: Double, y: Double, control1: (Double, Double), control2: (Double, Double)
  ) {
    append("C", control1.0, control1.1, control2.0, control2.1, x, y)
  }

  /// Draws back to the start of the piece.
  public mutating func close() { text += "Z" }

  /// Whether nothing was drawn.
  public var isEmpty: Bool { text.isEmpty }

  /// A path through points; consecutive points closer than a quarter pixel are drawn once, so that
  /// a line of a million points costs no more than the pixels it covers.
  package static func polyline(_ points: [(x: Double, y: Double)]) -> PathData {
    var path = PathData()
    guard let first = points.first, let final = points.last else { return path }
    path.move(x: first.x, y: first.y)
    var drawn = first
    for point in points.dropFirst().dropLast()
    where abs(point.x - drawn.x) > 0.25 || abs(point.y - drawn.y) > 0.25 {
      path.line(x: point.x, y: point.y)
      drawn = point
    }
    if points.count > 1 { path.line(x: final.x, y: final.y) }
    return path
  }

  private mutating func append(_ command: String, _ values: Double...) {
    text += command + values.map(coordinate).joined(separator: " ")
  }
}
