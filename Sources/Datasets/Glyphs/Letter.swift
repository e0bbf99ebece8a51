internal import Glibc

/// A point of a drawing.
struct Point {
  var x: Float
  var y: Float
}

/// A capital letter as the lines a pen draws, in a box from (0, 0) at the top left to (1, 1).
struct Letter: Sendable {
  let name: String
  /// Each stroke is a line through its points; arcs have many.
  let strokes: [[Point]]

  /// The classes, in the order of the labels.
  ///
  /// Some are far apart (S and H), some differ in a single stroke (E and F, P and R): a part of what
  /// makes a sample hard is what it could be mistaken for.
  static let all: [Letter] = [
    Letter("A", line(0, 1, 0.5, 0, 1, 1), line(0.19, 0.64, 0.81, 0.64)),
    Letter(
      "B", line(0.05, 0, 0.05, 1),
      line(0.05, 0, 0.5, 0) + arc(0.5, 0.235, 0.36, 0.235, -90, 90) + line(0.05, 0.47),
      line(0.05, 0.47, 0.55, 0.47) + arc(0.55, 0.735, 0.4, 0.265, -90, 90) + line(0.05, 1)),
    Letter("C", arc(0.52, 0.5, 0.5, 0.5, -50, -310)),
    Letter("E", line(0.95, 0, 0.08, 0, 0.08, 1, 0.95, 1), line(0.08, 0.5, 0.8, 0.5)),
    Letter("F", line(0.95, 0, 0.1, 0, 0.1, 1), line(0.1, 0.48, 0.78, 0.48)),
    Letter("H", line(0.05, 0, 0.05, 1), line(0.95, 0, 0.95, 1), line(0.05, 0.5, 0.95, 0.5)),
    Letter("K", line(0.08, 0, 0.08, 1), line(0.92, 0, 0.08, 0.58), line(0.36, 0.4, 0.95, 1)),
    Letter(
      "P",
      line(0.08, 1, 0.08, 0, 0.55, 0) + arc(0.55, 0.27, 0.38, 0.27, -90, 90)
        + line(0.08, 0.54)),
    Letter(
      "R",
      line(0.08, 1, 0.08, 0, 0.55, 0) + arc(0.55, 0.26, 0.36, 0.26, -90, 90)
        + line(0.08, 0.52), line(0.48, 0.52, 0.95, 1)),
    Letter(
      "S",
      arc(0.5, 0.25, 0.42, 0.25, -30, -180) + arc(0.5, 0.25, 0.42, 0.25, -180, -270)
        + arc(0.5, 0.75, 0.44, 0.25, -90, 90) + arc(0.5, 0.75, 0.44, 0.25, 90, 155)),
  ]

  private init(_ name: String, _ strokes: [Point]...) {
    self.name = name
    self.strokes = strokes
  }

  /// A line through points given as x, y, x, y and so on.
  private static func line(_ places: Float...) -> [Point] {
    stride(from: 0, to: places.count, by: 2).map { Point(x: places[$0], y: places[$0 + 1]) }
  }

  /// A piece of an ellipse; degrees run clockwise from the right.
  static func arc(
    _ x: Float, _ y: Float, _ width: Float, _ height: Float, _ from: Float, _ to: Float
  ) -> [Point] {
    let steps = max(2, Int(abs(to - from) / 22.5))
    return (0...steps).map { step in
      let angle = (from + (to - from) * Float(step) / Float(steps)) * .pi / 180
      return Point(x: x + width * cosf(angle), y: y + height * sinf(angle))
    }
  }
}
