import Charts
public import Datasets
public import Display

/// Some images of a split, to be looked at.
///
/// ```swift
/// data.test.pictures(outcome.samples(leavingAt: 0).prefix(24), title: "left first")
/// ```
public struct Pictures: Displayable, CustomStringConvertible {
  /// Where the images come from.
  public let split: Split
  /// The positions of the images in the split.
  public let positions: [Int]
  /// What they have in common.
  public let title: String

  /// The images in rows, as a drawing; their number, for terminals.
  public var display: MIMEBundle { MIMEBundle(plain: description, svg: svg, title: title) }

  public var description: String {
    var text = "\(title): \(positions.count) images"
    if let difficulty = split.difficulty, !positions.isEmpty {
      let mean = positions.map { Double(difficulty[$0]) }.reduce(0, +) / Double(positions.count)
      text += ", mean difficulty \(fixed(mean, decimals: 2))"
    }
    return text
  }

  private var svg: String {
    let step = ContactSheet.cell + ContactSheet.gap
    let margin = ContactSheet.margin
    let rows = (positions.count + ContactSheet.columns - 1) / ContactSheet.columns
    let images = positions.enumerated().map { index, position in
      ContactSheet.image(
        split, position, x: margin + step * Double(index % ContactSheet.columns),
        y: 36 + step * Double(index / ContactSheet.columns))
    }
    return SVGElement.identified { identifier in
      .document(
        width: 2 * margin + step * Double(ContactSheet.columns) - ContactSheet.gap,
        height: 36 + step * Double(rows) + margin - ContactSheet.gap, identifier: identifier,
        title: title, description: description,
        children: [.text(description, x: margin, y: 23, size: 12)] + images)
    }
  }
}

extension Split {
  /// Images at the given positions, to be looked at; positions outside the split are left out.
  ///
  /// - Parameters:
  ///   - positions: 0 ..< `count`, as an outcome's `samples(leavingAt:)` gives them.
  ///   - title: What the images have in common.
  public func pictures(
    _ positions: some Sequence<Int>, title: String = "Samples"
  ) -> Pictures {
    Pictures(split: self, positions: positions.filter { $0 >= 0 && $0 < count }, title: title)
  }
}
