internal import Glibc
internal import Tensors

/// Everything that varies about one glyph, drawn from its difficulty.
///
/// Each nuisance grows with the difficulty d. Its strength is d times a share between 0.7 and 1, so
/// two samples of the same difficulty differ, but no sample of low difficulty is hard. Lengths are in
/// parts of the picture's size.
struct GlyphStyle {
  /// Rotation in radians, shear, and the height of the letter.
  let angle, shear, height, aspect: Float
  /// Where the middle of the letter lies, from the middle of the picture.
  let right, down: Float
  /// Half the width of the pen.
  let pen: Float
  /// How far a smooth wave bends the strokes, with the phase of the wave.
  let bend, phaseX, phaseY: Float
  /// Brightness of the background and of the letter, and the slope of the background.
  let paper, ink, slopeX, slopeY: Float
  /// How many stray strokes, how many bars over the letter and how wide.
  let stray, bars: Int
  let barWidth: Float
  /// Standard deviation of the noise of a pixel.
  let noise: Float

  init(difficulty d: Float, using random: inout Random) {
    func share() -> Float { d * (0.7 + 0.3 * random.uniform()) }
    func spread(_ range: Float) -> Float { range * (2 * random.uniform() - 1) }
    angle = spread(0.09 + 0.5 * share())
    shear = spread(0.06 + 0.3 * share())
    height = 0.74 - 0.26 * share() * random.uniform()
    aspect = 0.76 + spread(0.06 + 0.14 * share())
    let room = 0.5 * (0.86 - height)
    right = spread(room * min(1, 0.35 + share()) + 0.03)
    down = spread(room * min(1, 0.35 + share()))
    pen = 0.046 + spread(0.006 + 0.018 * share())
    bend = 0.012 + 0.075 * share()
    phaseX = 6.2832 * random.uniform()
    phaseY = 6.2832 * random.uniform()
    let contrast = 0.95 - 0.55 * share()
    paper = 0.04 + (0.96 - contrast) * (0.3 + 0.4 * random.uniform())
    ink = paper + contrast
    slopeX = spread(0.3 * share())
    slopeY = spread(0.3 * share())
    stray = Int((7 * share() * share() + 0.4 * random.uniform()).rounded())
    bars = d * random.uniform() > 0.25 ? (d * random.uniform() > 0.6 ? 2 : 1) : 0
    barWidth = 0.04 + 0.05 * share()
    noise = 0.02 + 0.12 * share()
  }

  /// Where a point of the letter's box lies in a picture of `size` pixels.
  func place(_ point: Point, size: Float) -> Point {
    let bentX = point.x - 0.5 + bend * sinf(5 * point.y + phaseX)
    let bentY = point.y - 0.5 + bend * sinf(5 * point.x + phaseY)
    let x = (bentX * aspect + shear * bentY) * height
    let y = bentY * height
    let (sine, cosine) = (sinf(angle), cosf(angle))
    return Point(
      x: (0.5 + right + x * cosine - y * sine) * size - 0.5,
      y: (0.5 + down + x * sine + y * cosine) * size - 0.5)
  }
}
