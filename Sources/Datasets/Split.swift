public import Tensors

/// The images that one purpose may use: training, validation or test.
///
/// ```swift
/// let images = data.test.batch(Array(0..<64))   // 64×24×24×1, normalised
/// ```
public struct Split: Sendable {
  /// What the split is for: `train`, `validation`, `test`.
  public let name: String
  /// Where each image stands in the whole data set, in this split's order.
  public let indices: [Int]
  /// The class of each image, 0 ..< classes.
  public let labels: [Int32]
  /// How hard each image was made, 0…1, where that is known (glyphs).
  public let difficulty: [Float]?
  /// What is subtracted and divided by in `batch`.
  public let normalization: Normalization
  let source: Source

  init(name: String, source: Source, indices: [Int], normalization: Normalization) {
    self.name = name
    self.source = source
    self.indices = indices
    self.normalization = normalization
    labels = indices.map { source.labels[$0] }
    difficulty = source.difficulty.map { all in indices.map { all[$0] } }
  }

  /// How many images there are.
  public var count: Int { indices.count }
  /// H, W, C of one image.
  public var shape: Shape { source.shape }

  /// The images at the given positions of this split (0 ..< `count`), as floats N, H, W, C,
  /// normalised per channel.
  public func batch(_ positions: [Int]) -> Tensor {
    batch(positions, augmentation: .none) { _ in AugmentationDraw() }
  }

  /// All images, or the first `limit`, as one tensor.
  public func images(limit: Int = .max) -> Tensor { batch(Array(0..<min(limit, count))) }

  /// The pixels of one image on the scale 0…1, H, W, C, not normalised: what a picture shows.
  public func pixels(_ position: Int) -> [Float] {
    ensure(indices.indices.contains(position), outside(position))
    let range = (indices[position] * shape.count)..<((indices[position] + 1) * shape.count)
    switch source.pixels {
    case .bytes(let bytes, let scale): return bytes[range].map { Float($0) / scale }
    case .floats(let floats): return Array(floats[range])
    }
  }

  /// The same split, of which only the images at `positions` remain.
  public func keeping(_ positions: [Int]) -> Split {
    for position in positions {
      ensure(indices.indices.contains(position), outside(position))
    }
    return Split(
      name: name, source: source, indices: positions.map { indices[$0] },
      normalization: normalization)
  }

  func outside(_ position: Int) -> String {
    "Position \(position) lies outside the \(name) split, which has \(count) images."
  }
}
