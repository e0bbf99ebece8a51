internal import Tensors

/// How training images are varied, so that a network cannot learn them by heart.
///
/// `.cropAndFlip` is the usual choice for CIFAR: a random crop of the image padded with four black
/// pixels on each side, mirrored half of the time (He et al. 2016, §4.2). Letters and digits must
/// not be mirrored: `.crop(padding: 2)`.
public struct Augmentation: Hashable, Codable, Sendable {
  /// Largest shift, in pixels, in each direction.
  public let padding: Int
  /// Whether every second image, on average, is mirrored left to right.
  public let flips: Bool

  /// A shift of up to `padding` pixels, and a flip if `flips`.
  public init(padding: Int, flips: Bool) {
    ensure(padding >= 0, "A crop's padding is 0 or more pixels, not \(padding).")
    self.padding = padding
    self.flips = flips
  }

  /// Images as they are.
  public static let none = Augmentation(padding: 0, flips: false)
  /// Four pixels and a flip.
  public static let cropAndFlip = Augmentation(padding: 4, flips: true)
  /// A shift without a flip.
  public static func crop(padding: Int) -> Augmentation {
    Augmentation(padding: padding, flips: false)
  }

  /// Draws what happens to one image.
  func draw(using random: inout Random) -> AugmentationDraw {
    let span = -padding...padding
    return AugmentationDraw(
      down: padding > 0 ? Int.random(in: span, using: &random) : 0,
      right: padding > 0 ? Int.random(in: span, using: &random) : 0,
      isMirrored: flips && Bool.random(using: &random))
  }
}

/// What happens to one image: the crop starts `down` and `right` of its corner.
struct AugmentationDraw {
  var down = 0
  var right = 0
  var isMirrored = false
}
