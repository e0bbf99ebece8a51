import Charts
public import Display
public import Tensors

extension Tensor: Displayable {
  /// The shape and the range of the scalars, and a corner of them; in place of that, images.
  public var display: MIMEBundle {
    let heading = "Tensor \(shape)" + (count > 1 ? " · \(statistics)" : "")
    guard count > 0 else { return MIMEBundle(plain: heading) }
    let table = corner.bundle
    let plain = ([heading, table.plainText] + [note].compactMap(\.self)).joined(separator: "\n")
    let title = "<div><b>\(SVGElement.escaped(heading))</b></div>"
    if looksLikeImages, let picture = try? picture {
      return MIMEBundle(plain: plain, ["text/html": .text(title + picture.page)])
    }
    guard case .text(let page)? = table.data["text/html"] else { return MIMEBundle(plain: plain) }
    let below = note.map { "<div style=\"opacity:.7\">\(SVGElement.escaped($0))</div>" } ?? ""
    return MIMEBundle(plain: plain, ["text/html": .text(title + page + below)])
  }

  /// Whether the axes are those of images in grey or colour, at a size at which one sees something.
  private var looksLikeImages: Bool {
    (shape.rank == 3 || shape.rank == 4) && (shape[-1] == 1 || shape[-1] == 3)
      && shape[-2] >= 8 && shape[-3] >= 8
  }

  private static let mostSummed = 1 << 25

  /// Smallest, mean and largest scalar, and how many are not numbers; of many only of the first.
  private var statistics: String {
    withUnsafeBuffer { scalars in
      var (least, most, sum, strange) = (Float.infinity, -Float.infinity, 0.0, 0)
      let summed = scalars.prefix(Self.mostSummed)
      for scalar in summed {
        guard scalar.isFinite else {
          strange += 1
          continue
        }
        least = min(least, scalar)
        most = max(most, scalar)
        sum += Double(scalar)
      }
      let finite = summed.count - strange
      guard finite > 0 else { return "no finite scalar" }
      let values = [Double(least), sum / Double(finite), Double(most)].map {
        significant($0, digits: 4)
      }
      return "min \(values[0]) · mean \(values[1]) · max \(values[2])"
        + (strange > 0 ? " · \(strange) not finite" : "")
        + (summed.count < scalars.count ? " · of the first \(summed.count) scalars" : "")
    }
  }

  /// Which scalars of a tensor of more than two axes are shown.
  private var note: String? {
    guard shape.rank > 2, count > 0 else { return nil }
    let place = Array(repeating: "0", count: shape.rank - 2).joined(separator: ", ")
    return "the scalars at [\(place), …, …]"
  }

  /// The scalars of the last two axes, or of the only one.
  private var corner: NumberTable {
    let type = "Tensor \(shape)"
    guard shape.rank > 1 else {
      return NumberTable(count: count, type: type) { place in
        withUnsafeBuffer { Double($0[place]) }
      }
    }
    let columns = shape[-1]
    return NumberTable(rows: shape[-2], columns: columns, type: type) { row, column in
      withUnsafeBuffer { Double($0[row * columns + column]) }
    }
  }
}
