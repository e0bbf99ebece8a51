internal import COneDNN

/// A 1×1 convolution, a 3×3 one, or one behind the other, of few channels, for inference.
///
/// A sample lies in planes, one per channel: a vector then holds pixels of one channel, and is full
/// however few channels there are.
package final class PlanarLayer {
  /// What is computed for one sample.
  package struct Kind: Hashable, Sendable {
    /// Of the image that is read.
    package var height: Int, width: Int
    /// Channels that are read, between the convolutions, and written.
    package var inputs: Int, inner: Int, outputs: Int
    package var hasNarrow = false, hasWide = false
    /// Of the 3×3 convolution.
    package var stride = 1
    package var narrowIsRectified = false, isRectified = false
    /// The floats of a pixel that is read or written; 0 for planes.
    package var sourceRow = 0, targetRow = 0
    /// Whether what is read or written is what the columns of windows with stride 2 see.
    package var sourceIsSplit = false, targetIsSplit = false

    package init(height: Int, width: Int, inputs: Int, outputs: Int) {
      (self.height, self.width) = (height, width)
      (self.inputs, inner, self.outputs) = (inputs, inputs, outputs)
    }

    fileprivate var native: odnn_planar_shape {
      odnn_planar_shape(
        height: Int64(height), width: Int64(width), in_channels: Int64(inputs),
        inner_channels: Int64(inner), out_channels: Int64(outputs), has_narrow: hasNarrow ? 1 : 0,
        has_wide: hasWide ? 1 : 0, stride: Int64(stride), narrow_relu: narrowIsRectified ? 1 : 0,
        relu: isRectified ? 1 : 0, source_row: Int64(sourceRow), target_row: Int64(targetRow),
        source_split: sourceIsSplit ? 1 : 0, target_split: targetIsSplit ? 1 : 0)
    }

    /// Whether the processor, and the sizes, are of the kind that this is for.
    package var isServed: Bool {
      var native = native
      return odnn_planar_serves(&native) != 0
    }

    /// Whether it reads pixels of few channels and writes pixels, by a way of its own.
    package var isOfPixels: Bool {
      var native = native
      return odnn_pixels_serves(&native) != 0
    }

    /// The floats of a split image of the channels that are written; `nil` if it cannot be split.
    package var splitCount: Int? {
      var native = native
      guard stride == 2, odnn_planar_can_split(&native) != 0 else { return nil }
      return odnn_planar_split_count(&native, Int64(outputs))
    }
  }

  private let kind: Kind
  private let narrow: FusedWeights?, wide: FusedWeights?
  private let native: odnn_planar_shape
  private let isOfPixels: Bool
  /// The weights as they are now, and where they lie: threads that share a sample all read that, and
  /// counting who holds them would have them wait for each other.
  private var held: (narrow: FusedWeights.Planar?, wide: FusedWeights.Planar?)
  private var weights = odnn_planar_weights()
  private var generation = -1
  /// In how many parts a sample can be computed: strips of rows, or groups of channels.
  package let strips: Int
  /// The floats of scratch memory that a run needs.
  package let scratchCount: Int

  package init(_ kind: Kind, narrow: FusedWeights?, wide: FusedWeights?) {
    (self.kind, self.narrow, self.wide) = (kind, narrow, wide)
    var native = kind.native
    self.native = native
    isOfPixels = kind.isOfPixels
    strips = isOfPixels ? kind.height : Int(odnn_planar_strips(&native))
    scratchCount = isOfPixels ? odnn_pixels_scratch(&native) : odnn_planar_scratch(&native)
  }

  /// The floats of `channels` planes of so many pixels.
  package static func count(channels: Int, pixels: Int) -> Int {
    channels * Int(odnn_plane_pitch(Int64(pixels)))
  }

  /// Takes up numbers that have changed, and counts how often that has happened.
  package func refreshed() -> Int {
    let current = (narrow?.refreshed() ?? 0) &+ (wide?.refreshed() ?? 0)
    guard generation != current else { return current }
    generation = current
    held = (narrow?.inPlanes(), isOfPixels ? wide?.inPixels() : wide?.inPlanes())
    weights = odnn_planar_weights(
      narrow: held.narrow.map { UnsafePointer($0.weights.pointer) },
      narrow_bias: held.narrow.map { UnsafePointer($0.bias.pointer) },
      wide: held.wide.map { UnsafePointer($0.weights.pointer) },
      wide_bias: held.wide.map { UnsafePointer($0.bias.pointer) })
    return current
  }

  /// Computes a part of every sample.
  ///
  /// - Parameters:
  ///   - source: the first plane that is read, or the first pixel; a sample has `step` floats.
  ///   - target: the same of what is written.
  package func run(
    _ source: (start: UnsafeMutablePointer<Float>, step: Int),
    _ target: (start: UnsafeMutablePointer<Float>, step: Int), batch: Int,
    scratch: UnsafeMutablePointer<Float>, part: Part
  ) {
    let range = part.range(of: strips)
    if isOfPixels {
      runOnPixels(source, target, batch: batch, scratch: scratch, range)
      return
    }
    // Their own copies, for several threads read them.
    var (native, weights) = (native, weights)
    for sample in 0..<batch {
      odnn_planar_run(
        &native, &weights, source.start + sample * source.step,
        target.start + sample * target.step, scratch, Int64(range.lowerBound),
        Int64(range.upperBound))
    }
  }
}

extension PlanarLayer {
  private func runOnPixels(
    _ source: (start: UnsafeMutablePointer<Float>, step: Int),
    _ target: (start: UnsafeMutablePointer<Float>, step: Int), batch: Int,
    scratch: UnsafeMutablePointer<Float>, _ rows: Range<Int>
  ) {
    var native = native
    for sample in 0..<batch {
      odnn_pixels_run(
        &native, weights.wide, weights.wide_bias,
        source.start + sample * source.step, target.start + sample * target.step, scratch,
        Int64(rows.lowerBound), Int64(rows.upperBound))
    }
  }
}

extension Pieces {
  /// Samples of pixels with `channels` channels, into planes of which there may be more.
  package static func toPlanes(
    _ x: Pointer, pixels: Int, channels: Int, _ y: Pointer
  ) {
    odnn_to_planes(x, Int64(pixels), Int64(channels), Int64(channels), y)
  }

  /// The way back.
  package static func fromPlanes(
    _ x: Pointer, pixels: Int, channels: Int, _ y: Pointer
  ) {
    odnn_from_planes(x, Int64(pixels), Int64(channels), Int64(channels), y)
  }
}
