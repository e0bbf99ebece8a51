internal import Glibc
internal import Tensors

/// Draws one glyph: background, stray strokes, the letter, bars over it, noise.
struct GlyphPainter {
  let size: Int

  /// The picture of `letter`, row after row, 0…255.
  func paint(_ letter: Letter, difficulty: Float, using random: inout Random) -> [UInt8] {
    let style = GlyphStyle(difficulty: difficulty, using: &random)
    var canvas = Canvas(size: size)
    let side = Float(size)
    canvas.fill(
      level: style.paper, slopeX: style.slopeX / side, slopeY: style.slopeY / side)
    for _ in 0..<style.stray { drawStray(on: &canvas, style, using: &random) }
    for stroke in letter.strokes {
      canvas.stroke(
        fine(stroke).map { style.place($0, size: side) }, radius: style.pen * side, ink: style.ink)
    }
    for _ in 0..<style.bars { drawBar(on: &canvas, style, using: &random) }
    return canvas.pixels.map { pixel in
      UInt8(min(1, max(0, pixel + style.noise * random.roughlyNormal())) * 255 + 0.5)
    }
  }

  /// Cuts long segments, so that they can bend.
  private func fine(_ stroke: [Point]) -> [Point] {
    var points = Array(stroke.prefix(1))
    for (a, b) in zip(stroke, stroke.dropFirst()) {
      let pieces = max(1, Int(((b.x - a.x).magnitude + (b.y - a.y).magnitude) / 0.22))
      for piece in 1...pieces {
        let t = Float(piece) / Float(pieces)
        points.append(Point(x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y)))
      }
    }
    return points
  }

  /// A short line or arc that belongs to no letter, as bright as the letter or fainter.
  private func drawStray(on canvas: inout Canvas, _ style: GlyphStyle, using random: inout Random) {
    let side = Float(size)
    let radius = 0.1 + 0.25 * random.uniform()
    let start = 360 * random.uniform()
    let sweep = 30 + 80 * random.uniform()
    let arc = Letter.arc(
      1.2 * random.uniform() - 0.1, 1.2 * random.uniform() - 0.1, radius, radius, start,
      start + sweep)
    canvas.stroke(
      arc.map { Point(x: $0.x * side, y: $0.y * side) }, radius: style.pen * side, ink: style.ink,
      opacity: 0.45 + 0.55 * random.uniform())
  }

  /// A bar in the colour of the background across the letter: a part of it cannot be seen.
  private func drawBar(on canvas: inout Canvas, _ style: GlyphStyle, using random: inout Random) {
    let side = Float(size)
    let angle = Float.pi * random.uniform()
    let middle = style.place(Point(x: random.uniform(), y: random.uniform()), size: side)
    let half = 0.24 * side
    let (dx, dy) = (half * cosf(angle), half * sinf(angle))
    canvas.stroke(
      [Point(x: middle.x - dx, y: middle.y - dy), Point(x: middle.x + dx, y: middle.y + dy)],
      radius: style.barWidth * side, ink: style.paper)
  }
}

extension Random {
  /// Mean 0, variance 1, near enough to normal for noise on a pixel: four 16-bit uniforms, added.
  fileprivate mutating func roughlyNormal() -> Float {
    let bits = next()
    let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + bits >> 48
    return (Float(sum) - 131_070) * (1 / 37_837.2)
  }
}
