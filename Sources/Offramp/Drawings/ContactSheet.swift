import Charts
import Datasets
import Tensors

/// Draws samples of a data set: a column for each class, from easy at the top to hard at the bottom
/// where the difficulty is known.
struct ContactSheet {
  static let columns = 12
  private static let rows = 4
  static let cell = 46.0
  static let gap = 6.0
  static let margin = 14.0

  let data: Dataset
  private let split: Split

  init(_ data: Dataset) {
    self.data = data
    split = data.train.count > 0 ? data.train : data.test
  }

  /// The sheet as an SVG document.
  var svg: String {
    let lines = TextMetrics.wrapped(subtitle, size: 12, width: width - 2 * Self.margin)
    let top = 34 + 16 * Double(lines.count)
    let height = top + 22 + (Self.cell + Self.gap) * Double(Self.rows) + Self.margin - Self.gap
    return SVGElement.identified { identifier in
      .document(
        width: width, height: height, identifier: identifier, title: data.name,
        description: "Samples of \(split.name). \(subtitle)",
        children: header(lines) + names(top: top) + samples(top: top + 22))
    }
  }

  private var shown: Int { min(data.classes, Self.columns) }
  private var labels: Double { split.difficulty == nil ? 0 : 62 }
  private var width: Double {
    max(2 * Self.margin + labels + (Self.cell + Self.gap) * Double(shown) - Self.gap, 420)
  }

  private var subtitle: String {
    let splits = [data.train, data.validation, data.test]
      .map { "\($0.name) \($0.count)" }.joined(separator: ", ")
    let classes =
      shown < data.classes ? "\(data.classes) classes (\(shown) shown)" : "\(data.classes) classes"
    return "\(data.shape) · \(classes) · \(splits)"
  }

  private func header(_ lines: [String]) -> [SVGElement] {
    [.text(data.name, x: Self.margin, y: 24, size: 15, bold: true)]
      + lines.enumerated().map { index, line in
        SVGElement.text(line, x: Self.margin, y: 42 + 16 * Double(index), size: 12).opacity(0.75)
      }
  }

  private func left(_ column: Int) -> Double {
    Self.margin + labels + (Self.cell + Self.gap) * Double(column)
  }

  private func names(top: Double) -> [SVGElement] {
    let heads = (0..<shown).map { column in
      SVGElement.text(
        Self.fitted(data.classNames[column], width: Self.cell + Self.gap - 2),
        x: left(column) + Self.cell / 2, y: top + 15,
        size: 10.5, anchor: .middle)
    }
    guard split.difficulty != nil else { return heads }
    return heads + [
      SVGElement.text("difficulty", x: Self.margin, y: top + 15, size: 10.5).opacity(0.7)
    ]
  }

  /// A name cut to `width` pixels at the size of captions.
  static func fitted(_ name: String, width: Double) -> String {
    var text = name
    while text.count > 1, TextMetrics.width(text, size: 10.5) > width {
      text = text.dropLast(text.hasSuffix("…") ? 2 : 1) + "…"
    }
    return text
  }

  // MARK: Samples

  private func samples(top: Double) -> [SVGElement] {
    let positions = chosen
    return (0..<Self.rows).flatMap { row -> [SVGElement] in
      let y = top + (Self.cell + Self.gap) * Double(row)
      let images = (0..<shown).compactMap { column in
        positions[row][column].map { image($0, x: left(column), y: y) }
      }
      guard let range = difficulties(row) else { return images }
      let text = "\(fixed(range.lowerBound, decimals: 2))–\(fixed(range.upperBound, decimals: 2))"
      return images + [
        SVGElement.text(text, x: Self.margin, y: y + Self.cell / 2 + 4, size: 10.5).opacity(0.7)
      ]
    }
  }

  /// The difficulties that a row shows.
  private func difficulties(_ row: Int) -> ClosedRange<Double>? {
    guard let all = split.difficulty, let low = all.min(), let high = all.max() else { return nil }
    let step = Double(high - low) / Double(Self.rows)
    return (Double(low) + step * Double(row))...(Double(low) + step * Double(row + 1))
  }

  /// The first image of each class for each row; none where there is none.
  private var chosen: [[Int?]] {
    var chosen = [[Int?]](repeating: [Int?](repeating: nil, count: shown), count: Self.rows)
    let bounds = (1..<Self.rows).compactMap { difficulties($0)?.lowerBound }
    var missing = shown * Self.rows
    for (position, label) in split.labels.enumerated() where missing > 0 && Int(label) < shown {
      let column = Int(label)
      let row: Int?
      if let difficulty = split.difficulty?[position] {
        row = bounds.lastIndex { Double(difficulty) >= $0 }.map { $0 + 1 } ?? 0
      } else {
        row = (0..<Self.rows).first { chosen[$0][column] == nil }
      }
      guard let row, chosen[row][column] == nil else { continue }
      chosen[row][column] = position
      missing -= 1
    }
    return chosen
  }

  private func image(_ position: Int, x: Double, y: Double) -> SVGElement {
    var caption = data.classNames[Int(split.labels[position])]
    if let difficulty = split.difficulty?[position] {
      caption += ", difficulty \(significant(Double(difficulty), digits: 2))"
    }
    return Self.image(split, position, x: x, y: y).tooltip(caption)
  }

  /// One image of a split as a square of `cell` pixels.
  static func image(_ split: Split, _ position: Int, x: Double, y: Double) -> SVGElement {
    var element = SVGElement(
      .image,
      [
        "x": coordinate(x), "y": coordinate(y), "width": coordinate(cell),
        "height": coordinate(cell), "preserveAspectRatio": "none",
        "href": png(split, position).dataURL,
      ])
    element.styles["image-rendering"] = "pixelated"
    return element
  }

  /// One image of a split; of channels other than three only the first is shown.
  static func png(_ split: Split, _ position: Int) -> PNG {
    let (height, width, channels) = (split.shape[0], split.shape[1], split.shape[2])
    let bytes = split.pixels(position).map { UInt8(min(max($0, 0), 1) * 255 + 0.5) }
    let shown =
      channels == 3 ? bytes : stride(from: 0, to: bytes.count, by: channels).map { bytes[$0] }
    return PNG(width: width, height: height, channels: channels == 3 ? 3 : 1, pixels: shown)
  }
}
