/// A square grey picture on which lines are drawn with soft edges.
struct Canvas {
  let size: Int
  /// Row after row, 0…1.
  private(set) var pixels: [Float]

  init(size: Int) {
    self.size = size
    pixels = [Float](repeating: 0, count: size * size)
  }

  /// Makes the whole picture a plane of brightness: `level` in the middle, with a slope per pixel.
  mutating func fill(level: Float, slopeX: Float, slopeY: Float) {
    let middle = Float(size - 1) / 2
    for y in 0..<size {
      for x in 0..<size {
        pixels[y * size + x] = level + slopeX * (Float(x) - middle) + slopeY * (Float(y) - middle)
      }
    }
  }

  /// Draws a line through `points` (in pixels) with a round pen.
  ///
  /// How much of a pixel is covered is taken from its distance to the line: exact enough for a line,
  /// and smooth. Where segments meet, the larger coverage counts, so joints are not brighter.
  mutating func stroke(_ points: [Point], radius: Float, ink: Float, opacity: Float = 1) {
    var coverage = Coverage(around: points, reach: radius + 1, size: size)
    for (a, b) in zip(points, points.dropFirst()) { coverage.add(a, b, radius: radius) }
    coverage.forEach { place, covered in
      pixels[place] += (ink - pixels[place]) * covered * opacity
    }
  }
}

/// How much of each pixel of a rectangle a stroke covers.
private struct Coverage {
  private let left, top, width, height, size: Int
  private var values: [Float]

  init(around points: [Point], reach: Float, size: Int) {
    func bounds(_ values: [Float]) -> (low: Int, count: Int) {
      let low = Int(max(0, (values.min() ?? 0) - reach).rounded(.down))
      let high = Int(min(Float(size - 1), (values.max() ?? 0) + reach).rounded(.up))
      return (low, max(0, high - low + 1))
    }
    (left, width) = bounds(points.map(\.x))
    (top, height) = bounds(points.map(\.y))
    self.size = size
    values = [Float](repeating: 0, count: width * height)
  }

  mutating func add(_ a: Point, _ b: Point, radius: Float) {
    let (dx, dy) = (b.x - a.x, b.y - a.y)
    let square = max(dx * dx + dy * dy, 1e-9)
    let reach = radius + 0.5
    func span(_ a: Float, _ b: Float, from low: Int, count: Int) -> Range<Int> {
      let first = max(0, Int((min(a, b) - reach).rounded(.down)) - low)
      let last = min(count, Int((max(a, b) + reach).rounded(.up)) - low + 1)
      return first..<max(first, last)
    }
    let columns = span(a.x, b.x, from: left, count: width)
    for y in span(a.y, b.y, from: top, count: height) {
      let py = Float(top + y) - a.y
      for x in columns {
        let px = Float(left + x) - a.x
        let along = min(1, max(0, (px * dx + py * dy) / square))
        let (ex, ey) = (px - along * dx, py - along * dy)
        let covered = reach - (ex * ex + ey * ey).squareRoot()
        let place = y * width + x
        if covered > values[place] { values[place] = min(1, covered) }
      }
    }
  }

  func forEach(_ body: (_ place: Int, _ covered: Float) -> Void) {
    for y in 0..<height {
      for x in 0..<width where values[y * width + x] > 0 {
        body((top + y) * size + left + x, values[y * width + x])
      }
    }
  }
}
