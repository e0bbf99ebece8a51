import Charts
public import Display
public import Tensors

/// A tensor as pictures: the images of a batch, or the channels of feature maps, side by side.
public struct TensorPicture: Displayable, CustomStringConvertible {
  private static let mostTiles = 48
  private static let gap = 2
  private static let background: UInt8 = 215
  /// The width below which small pictures are shown enlarged.
  private static let comfortableTile = 64
  private static let columns = 12

  /// What is shown, for terminals.
  public let description: String
  /// The pixels of each tile, row by row.
  private let tiles: [[UInt8]]
  private let width: Int
  private let height: Int
  private let channels: Int

  /// The pictures, as one image.
  public var display: MIMEBundle {
    MIMEBundle(
      plain: description, ["text/html": .text(page), "image/png": .bytes(sheet.png.bytes)])
  }

  /// The pictures as a part of a page, small ones enlarged.
  var page: String {
    let sheet = sheet
    let factor = max(1, Self.comfortableTile / max(width, 1))
    return "<div><img alt=\"\(SVGElement.escaped(description))\" width=\"\(sheet.width * factor)\" "
      + "style=\"image-rendering:pixelated;max-width:100%\" src=\"\(sheet.png.dataURL)\"></div>"
      + "<div style=\"opacity:.7\">\(SVGElement.escaped(description))</div>"
  }

  fileprivate init(_ tensor: Tensor) throws(TensorError) {
    let shape = tensor.shape
    guard (2...4).contains(shape.rank), tensor.count > 0 else {
      throw TensorError(
        "picture: the tensor is \(shape); expected H×W, H×W×C or N×H×W×C, with something in it.")
    }
    let axes = shape.rank == 2 ? shape.dims + [1] : shape.dims
    let (height, width, depth) = (axes[axes.count - 3], axes[axes.count - 2], axes[axes.count - 1])
    let isColor = depth == 3
    let planes = isColor ? 1 : depth
    let images = axes.count == 4 ? axes[0] : 1
    (self.width, self.height, channels) = (width, height, isColor ? 3 : 1)
    let count = min(images * planes, Self.mostTiles)
    let scale = PixelScale(tensor)
    tiles = tensor.withUnsafeBuffer { scalars in
      (0..<count).map { tile in
        let start = tile / planes * height * width * depth + (isColor ? 0 : tile % planes)
        let stride = isColor ? 1 : depth
        return (0..<(height * width * (isColor ? 3 : 1))).map {
          scale.byte(scalars[start + $0 * stride])
        }
      }
    }
    let what = isColor || depth == 1 ? "images" : "channels"
    let more = images * planes > count ? ", the first \(count) of \(images * planes)" : ""
    description = "\(shape) as \(count == 1 ? "an image" : "\(what)")\(more) · \(scale.description)"
  }

  /// The tiles in rows, with gaps between them.
  private var sheet: (png: PNG, width: Int) {
    let columns = min(tiles.count, max(1, min(Self.columns, 1600 / max(width, 1))))
    let rows = (tiles.count + columns - 1) / columns
    let whole = (
      width: columns * (width + Self.gap) - Self.gap, height: rows * (height + Self.gap) - Self.gap
    )
    var pixels = [UInt8](
      repeating: Self.background, count: whole.width * whole.height * channels)
    let line = width * channels
    for (index, tile) in tiles.enumerated() {
      let (x, y) = (index % columns * (width + Self.gap), index / columns * (height + Self.gap))
      for row in 0..<height {
        let place = ((y + row) * whole.width + x) * channels
        pixels.replaceSubrange(
          place..<(place + line), with: tile[(row * line)..<((row + 1) * line)])
      }
    }
    let png = PNG(
      width: whole.width, height: whole.height, channels: channels, pixels: pixels)
    return (png, whole.width)
  }
}

/// How scalars become brightnesses.
private struct PixelScale: CustomStringConvertible {
  let black: Float
  let white: Float

  /// 0…1 or 0…255 where the scalars keep to it, else from the least to the greatest.
  init(_ tensor: Tensor) {
    var (least, most) = (Float.infinity, -Float.infinity)
    tensor.withUnsafeBuffer { scalars in
      for scalar in scalars where scalar.isFinite {
        least = min(least, scalar)
        most = max(most, scalar)
      }
    }
    switch (least, most) {
    case let (least, most) where least >= 0 && most <= 1: (black, white) = (0, 1)
    case let (least, most) where least >= 0 && most <= 255 && most > 16: (black, white) = (0, 255)
    case let (least, most) where least < most: (black, white) = (least, most)
    default: (black, white) = (least.isFinite ? least - 1 : 0, least.isFinite ? least + 1 : 1)
    }
  }

  func byte(_ scalar: Float) -> UInt8 {
    guard scalar.isFinite else { return 0 }
    return UInt8((min(max((scalar - black) / (white - black), 0), 1) * 255).rounded())
  }

  var description: String {
    "black \(significant(Double(black))), white \(significant(Double(white)))"
  }
}

extension Tensor {
  /// The tensor as pictures: H×W in grey; H×W×3 or N×H×W×3 in colour; of any other number of
  /// channels each as a picture in grey.
  ///
  /// Throws ``TensorError`` for a tensor of other axes, or without scalars.
  public var picture: TensorPicture {
    get throws(TensorError) { try TensorPicture(self) }
  }
}
