internal import Tensors

extension Split {
  /// Fills a tensor with the images at `positions`, each moved as `draw` says for its place.
  func batch(
    _ positions: [Int], augmentation: Augmentation, draw: (Int) -> AugmentationDraw
  ) -> Tensor {
    let shape = Shape([positions.count] + self.shape.dims)
    return Tensor(shape: shape) { out in
      fill(out, positions, augmentation: augmentation, draw: draw)
    }
  }

  /// Writes the images at `positions` one after the other to `out`, which has room for them.
  func fill(
    _ out: UnsafeMutableBufferPointer<Float>, _ positions: [Int],
    augmentation: Augmentation, draw: (Int) -> AugmentationDraw
  ) {
    let rows = RowTransform(normalization, source: source)
    for (place, position) in positions.enumerated() {
      ensure(indices.indices.contains(position), outside(position))
      let image = UnsafeMutableBufferPointer(
        rebasing: out[(place * shape.count)..<((place + 1) * shape.count)])
      rows.write(indices[position], to: image, moved: draw(place))
    }
  }
}

/// Turns rows of pixels into rows of normalised floats.
///
/// Scale and offset are spelled out for a whole row, so that the inner loop is one multiplication and
/// one addition over contiguous memory whatever the number of channels.
struct RowTransform {
  let source: Source
  private let scale: [Float]
  private let offset: [Float]

  init(_ normalization: Normalization, source: Source) {
    self.source = source
    let unit: Float = if case .bytes(_, let scale) = source.pixels { scale } else { 1 }
    let channels = source.shape[2]
    let row = source.shape[1] * channels
    scale = (0..<row).map { 1 / (unit * normalization.deviation[$0 % channels]) }
    offset = (0..<row).map {
      -normalization.mean[$0 % channels] / normalization.deviation[$0 % channels]
    }
  }

  /// Writes image `index`, shifted by whole pixels and perhaps mirrored.
  ///
  /// What comes in from outside is black, as when an image is padded before it is normalised.
  func write(
    _ index: Int, to out: UnsafeMutableBufferPointer<Float>, moved draw: AugmentationDraw
  ) {
    switch source.pixels {
    case .bytes(let bytes, _):
      bytes.withUnsafeBufferPointer { write($0, index, to: out, draw) { Float($0) } }
    case .floats(let floats):
      floats.withUnsafeBufferPointer { write($0, index, to: out, draw) { $0 } }
    }
  }

  @inline(__always)
  private func write<Pixel>(
    _ pixels: UnsafeBufferPointer<Pixel>, _ index: Int, to out: UnsafeMutableBufferPointer<Float>,
    _ draw: AugmentationDraw, float: (Pixel) -> Float
  ) {
    let height = source.shape[0]
    let width = source.shape[1]
    let channels = source.shape[2]
    let row = width * channels
    // Output column x shows input column x + right, for the x where that exists.
    let first = min(width, max(0, -draw.right))
    let columns = first..<max(first, min(width, width - draw.right))
    for y in 0..<height {
      let line = UnsafeMutableBufferPointer(rebasing: out[(y * row)..<((y + 1) * row)])
      let from = y + draw.down
      guard (0..<height).contains(from), !columns.isEmpty else {
        for i in 0..<row { line[i] = offset[i] }
        continue
      }
      let start = (index * height + from) * row + draw.right * channels
      for i in 0..<(columns.lowerBound * channels) { line[i] = offset[i] }
      for i in (columns.lowerBound * channels)..<(columns.upperBound * channels) {
        line[i] = float(pixels[start + i]) * scale[i] + offset[i]
      }
      for i in (columns.upperBound * channels)..<row { line[i] = offset[i] }
      if draw.isMirrored { mirror(line, width: width, channels: channels) }
    }
  }

  private func mirror(_ line: UnsafeMutableBufferPointer<Float>, width: Int, channels: Int) {
    for x in 0..<(width / 2) {
      for channel in 0..<channels {
        line.swapAt(x * channels + channel, (width - 1 - x) * channels + channel)
      }
    }
  }
}
