internal import Tensors

/// How hard glyphs are, on a scale from 0 (a clean letter in the middle) to 1 (small, bent, faint, in
/// clutter, partly hidden).
public enum GlyphDifficulty: Hashable, Sendable {
  /// 0…⅓.
  case easy
  /// 0…1, evenly.
  case mixed
  /// ⅔…1.
  case hard
  /// Evenly within a range inside 0…1.
  case within(ClosedRange<Float>)

  /// The range it stands for.
  public var range: ClosedRange<Float> {
    switch self {
    case .easy: 0...(1 / 3)
    case .mixed: 0...1
    case .hard: (2 / 3)...1
    case .within(let range): range
    }
  }
}

extension Dataset {
  /// Ten capital letters (A B C E F H K P R S), drawn by a program in strokes: made for teaching early
  /// exit, because how hard each sample is, is known.
  ///
  /// `split.difficulty` holds a number in 0…1 for every image. From it follow position, rotation,
  /// shear, size, width and bend of the pen, stray strokes, bars that hide a part, contrast and noise.
  /// Image i depends on the seed and i only, so a larger data set begins with the smaller one.
  ///
  /// - Parameters:
  ///   - difficulty: the range that difficulties are drawn from, evenly.
  ///   - count: how many images in all; classes take turns.
  ///   - size: height and width in pixels, 8…256.
  ///   - validation: the share that becomes the validation split.
  ///   - test: the share that becomes the test split.
  ///   - seed: what drawing and division come from.
  ///
  /// Throws a `DatasetError` if a number is outside its range.
  public static func glyphs(
    difficulty: GlyphDifficulty = .mixed, count: Int = 10_000, size: Int = 24,
    validation: Double = 0.1, test: Double = 0.2, seed: UInt64 = 0
  ) throws -> Dataset {
    let check = DatasetCheck(name: "glyphs", shape: [size, size, 1], classes: Letter.all.count)
    try check.glyphs(difficulty: difficulty.range, count: count, size: size)
    try check.shares(validation: validation, test: test)
    let source = drawGlyphs(difficulty.range, count: count, size: size, seed: seed)
    let splits = Splits(
      dataset: "glyphs", labels: source.labels, validation: validation, test: test, seed: seed)
    return Dataset(
      name: "glyphs", source: source, classNames: Letter.all.map(\.name), splits: splits)
  }

  /// The same with difficulties from a range inside 0…1: `.glyphs(difficulty: 0.2...0.4)`.
  ///
  /// Throws a `DatasetError` if a number is outside its range.
  public static func glyphs(
    difficulty: ClosedRange<Float>, count: Int = 10_000, size: Int = 24, validation: Double = 0.1,
    test: Double = 0.2, seed: UInt64 = 0
  ) throws -> Dataset {
    try glyphs(
      difficulty: .within(difficulty), count: count, size: size, validation: validation,
      test: test, seed: seed)
  }

  private static func drawGlyphs(
    _ difficulty: ClosedRange<Float>, count: Int, size: Int, seed: UInt64
  ) -> Source {
    let painter = GlyphPainter(size: size)
    let root = Random(seed: seed).split(0x676c_7970_68)
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * size * size)
    var difficulties: [Float] = []
    let labels = (0..<count).map { Int32($0 % Letter.all.count) }
    for (index, label) in labels.enumerated() {
      var random = root.split(UInt64(index))
      let width = difficulty.upperBound - difficulty.lowerBound
      let hardness = min(difficulty.upperBound, difficulty.lowerBound + width * random.uniform())
      pixels += painter.paint(Letter.all[Int(label)], difficulty: hardness, using: &random)
      difficulties.append(hardness)
    }
    return Source(
      pixels: .bytes(pixels, scale: 255), shape: [size, size, 1], labels: labels,
      difficulty: difficulties)
  }
}

extension DatasetCheck {
  fileprivate func glyphs(difficulty: ClosedRange<Float>, count: Int, size: Int) throws {
    guard difficulty.lowerBound >= 0, difficulty.upperBound <= 1 else {
      throw DatasetError(
        "The difficulty of glyphs lies in 0…1; got "
          + "\(difficulty.lowerBound)…\(difficulty.upperBound).")
    }
    guard (10...10_000_000).contains(count) else {
      throw DatasetError("glyphs needs a count of 10…10,000,000 images; got \(count).")
    }
    guard (8...256).contains(size) else {
      throw DatasetError("glyphs are 8…256 pixels wide and high; got a size of \(size).")
    }
  }
}
