internal import Tensors

/// The mean and standard deviation of each channel of the training images, on a scale of 0…1.
///
/// A pixel `p` of channel `c` enters a network as `(p − mean[c]) / deviation[c]`. The numbers come
/// from the training split only, so nothing is learned about validation and test images.
public struct Normalization: Hashable, Codable, Sendable {
  /// One mean a channel.
  public let mean: [Float]
  /// One standard deviation a channel; 1 for a channel that never varies.
  public let deviation: [Float]

  public init(mean: [Float], deviation: [Float]) {
    ensure(
      mean.count == deviation.count,
      "A normalization has one mean and one deviation a channel, got \(mean.count) and "
        + "\(deviation.count).")
    self.mean = mean
    self.deviation = deviation
  }

  /// Measures the images at `indices` of `source`.
  init(of source: Source, at indices: [Int]) {
    let channels = source.shape[2]
    let sums = source.channelSums(at: indices)
    let count = Double(max(1, indices.count * source.shape[0] * source.shape[1]))
    let mean = sums.sum.map { $0 / count }
    let variance = (0..<channels).map { max(0, sums.squares[$0] / count - mean[$0] * mean[$0]) }
    self.mean = mean.map { Float($0) }
    deviation = variance.map { $0 > 1e-12 ? Float($0.squareRoot()) : 1 }
  }
}
