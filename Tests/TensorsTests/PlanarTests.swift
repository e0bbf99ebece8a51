import Tensors
import Testing

/// Convolutions on planes give what convolutions of pixels give.
@Suite struct PlanarTests {
  struct Sizes: CustomStringConvertible {
    let height: Int, width: Int, inputs: Int, inner: Int?, outputs: Int?
    let stride: Int, isRectified: Bool, readsPixels: Bool, writesPixels: Bool

    /// Sizes of all kinds, some of which are not for planes.
    init(seed: UInt64) {
      var random = Random(seed: seed)
      height = [4, 8, 16, 20, 32].randomElement(using: &random) ?? 16
      width = [16, 16, 32, 32, 64].randomElement(using: &random) ?? 16
      inputs = Int.random(in: 1...40, using: &random)
      let kind = Int.random(in: 0..<3, using: &random)
      inner = kind < 2 ? Int.random(in: 1...20, using: &random) : nil
      outputs = kind > 0 ? Int.random(in: 1...20, using: &random) : nil
      stride = outputs == nil ? 1 : Int.random(in: 1...2, using: &random)
      isRectified = Bool.random(using: &random)
      readsPixels = inner == nil && Bool.random(using: &random)
      writesPixels = Bool.random(using: &random)
    }

    var kind: PlanarLayer.Kind {
      var kind = PlanarLayer.Kind(
        height: height, width: width, inputs: inputs, outputs: outputs ?? inner ?? 0)
      (kind.inner, kind.stride) = (inner ?? inputs, stride)
      (kind.hasNarrow, kind.hasWide) = (inner != nil, outputs != nil)
      (kind.narrowIsRectified, kind.isRectified) = (isRectified, isRectified)
      kind.sourceRow = readsPixels ? inputs : 0
      kind.targetRow = writesPixels ? kind.outputs : 0
      return kind
    }

    var description: String {
      "\(height)×\(width)×\(inputs), 1×1 to \(inner ?? 0), 3×3 to \(outputs ?? 0), "
        + "stride \(stride)"
    }
  }

  private static func layer(
    _ outputs: Int, _ inputs: Int, kernel: Int, _ random: inout Random
  ) -> (weight: Parameter, bias: Parameter) {
    let shape: Shape = [outputs, inputs, kernel, kernel]
    return (
      Parameter(.normal(shape: shape, using: &random), name: "weight"),
      Parameter(.normal(shape: [outputs], using: &random), name: "bias")
    )
  }

  private static func expected(
    _ x: Tensor, _ layer: (weight: Parameter, bias: Parameter), _ sizes: Sizes
  ) throws -> Tensor {
    let kernel = layer.weight.value.shape[2]
    let y = try x.convolved(
      with: layer.weight.value, bias: layer.bias.value, stride: kernel == 3 ? sizes.stride : 1,
      padding: kernel / 2)
    return sizes.isRectified ? try y.activated(by: .relu) : y
  }

  private static func planes(_ x: Tensor) -> Storage {
    let pixels = x.shape[1] * x.shape[2], count = x.shape.sample.count
    let step = PlanarLayer.count(channels: x.shape[3], pixels: pixels)
    let result = Storage(count: x.shape[0] * step)
    for sample in 0..<x.shape[0] {
      Pieces.toPlanes(
        x.storage.pointer + sample * count, pixels: pixels, channels: x.shape[3],
        result.pointer + sample * step)
    }
    return result
  }

  /// The output, computed in so many parts one after the other.
  private static func run(
    _ kind: PlanarLayer.Kind, _ layer: PlanarLayer, _ x: Tensor, like y: Tensor, parts: Int
  ) -> Tensor {
    let source = kind.sourceRow > 0 ? x.storage : planes(x)
    let sourceStep =
      kind.sourceRow > 0
      ? x.shape.sample.count
      : PlanarLayer.count(channels: x.shape[3], pixels: x.shape[1] * x.shape[2])
    let pixels = y.shape[1] * y.shape[2]
    let step =
      kind.targetRow > 0
      ? y.shape.sample.count : PlanarLayer.count(channels: kind.outputs, pixels: pixels)
    let target = Storage(count: y.shape[0] * step)
    let scratch = Storage(count: max(16, layer.scratchCount))
    // What lies there from before must not matter.
    scratch.pointer.update(repeating: .nan, count: scratch.count)
    withExtendedLifetime((source, target, scratch)) {
      for part in 0..<parts {
        layer.run(
          (source.pointer, sourceStep), (target.pointer, step), batch: x.shape[0],
          scratch: scratch.pointer, part: Part(part, of: parts))
      }
    }
    if kind.targetRow > 0 { return Tensor(shape: y.shape, storage: target) }
    return Tensor(shape: y.shape) { buffer in
      guard let start = buffer.baseAddress else { return }
      withExtendedLifetime(target) {
        for sample in 0..<y.shape[0] {
          Pieces.fromPlanes(
            target.pointer + sample * step, pixels: pixels, channels: kind.outputs,
            start + sample * y.shape.sample.count)
        }
      }
    }
  }

  @Test(arguments: UInt64(0)..<80) func agreesWithPixels(_ seed: UInt64) throws {
    let sizes = Sizes(seed: seed), kind = sizes.kind
    guard kind.isServed else { return }
    var random = Random(seed: seed)
    let x = Tensor.normal(shape: [2, sizes.height, sizes.width, sizes.inputs], using: &random)
    let narrow = sizes.inner.map { Self.layer($0, sizes.inputs, kernel: 1, &random) }
    let wide = sizes.outputs.map { Self.layer($0, kind.inner, kernel: 3, &random) }
    let layers = [narrow, wide].compactMap { $0 }
    let y = try layers.reduce(x) { try Self.expected($0, $1, sizes) }
    func weights(_ layer: (weight: Parameter, bias: Parameter)?) -> FusedWeights? {
      layer.map {
        FusedWeights(
          weight: $0.weight, bias: $0.bias, normalization: nil,
          outputs: 0..<$0.bias.value.count)
      }
    }
    let layer = PlanarLayer(kind, narrow: weights(narrow), wide: weights(wide))
    _ = layer.refreshed()
    let whole = Self.run(kind, layer, x, like: y, parts: 1)
    let scale = y.scalars.map(abs).max() ?? 1
    for (a, b) in zip(whole.scalars, y.scalars) where !(abs(a - b) <= 1e-5 * max(1, scale)) {
      Issue.record("\(a) and \(b) for \(sizes)")
      break
    }
    for parts in 2...3 where layer.strips >= parts {
      #expect(Self.run(kind, layer, x, like: y, parts: parts) == whole, "\(sizes)")
    }
  }

  /// A 1×1 convolution that writes what windows with stride 2 see, and a 3×3 one that reads it.
  @Test(arguments: UInt64(0)..<12) func splitImagesGiveWhatBothTogetherGive(
    _ seed: UInt64
  ) throws {
    var random = Random(seed: seed)
    let side = [16, 32, 64].randomElement(using: &random) ?? 16
    var both = PlanarLayer.Kind(
      height: side, width: side, inputs: Int.random(in: 1...30, using: &random),
      outputs: Int.random(in: 1...20, using: &random))
    (both.hasNarrow, both.hasWide, both.stride) = (true, true, 2)
    (both.inner, both.narrowIsRectified) = (Int.random(in: 1...20, using: &random), true)
    both.targetRow = Bool.random(using: &random) ? both.outputs : 0
    var narrow = PlanarLayer.Kind(
      height: side, width: side, inputs: both.inputs, outputs: both.inner)
    (narrow.hasNarrow, narrow.stride, narrow.narrowIsRectified) = (true, 2, true)
    narrow.targetIsSplit = true
    var wide = PlanarLayer.Kind(
      height: side, width: side, inputs: both.inner, outputs: both.outputs)
    (wide.hasWide, wide.stride, wide.sourceIsSplit) = (true, 2, true)
    wide.targetRow = both.targetRow
    guard both.isServed else { return }
    let weights = [(both.inner, both.inputs, 1), (both.outputs, both.inner, 3)].map {
      let layer = Self.layer($0.0, $0.1, kernel: $0.2, &random)
      return FusedWeights(
        weight: layer.weight, bias: layer.bias, normalization: nil, outputs: 0..<$0.0)
    }
    let together = PlanarLayer(both, narrow: weights[0], wide: weights[1])
    let first = PlanarLayer(narrow, narrow: weights[0], wide: nil)
    let second = PlanarLayer(wide, narrow: nil, wide: weights[1])
    for layer in [together, first, second] { _ = layer.refreshed() }
    let x = Tensor.normal(shape: [1, side, side, both.inputs], using: &random)
    let y = Tensor.zeros([1, side / 2, side / 2, both.outputs])
    let expected = Self.run(both, together, x, like: y, parts: 1)
    let source = Self.planes(x)
    let between = Storage(count: try #require(narrow.splitCount))
    between.pointer.update(repeating: .nan, count: between.count)
    let target = Storage(count: PlanarLayer.count(channels: both.outputs, pixels: side * side / 4))
    let scratch = Storage(count: max(16, second.scratchCount))
    withExtendedLifetime((source, between, target, scratch)) {
      for (layer, from, to) in [
        (first, source.pointer, between.pointer), (second, between.pointer, target.pointer),
      ] {
        let parts = min(2, layer.strips)
        for part in 0..<parts {
          layer.run(
            (from, 0), (to, 0), batch: 1, scratch: scratch.pointer, part: Part(part, of: parts))
        }
      }
    }
    let result = Tensor(shape: y.shape) { buffer in
      guard let start = buffer.baseAddress else { return }
      if both.targetRow > 0 {
        start.update(from: target.pointer, count: buffer.count)
      } else {
        Pieces.fromPlanes(
          target.pointer, pixels: side * side / 4, channels: both.outputs, start)
      }
    }
    #expect(result == expected, "\(side), \(both.inputs), \(both.inner), \(both.outputs)")
  }

  /// Pixels of a few colours, read where they are.
  @Test(arguments: 1...4) func windowsOnFewColoursGivePixels(_ colours: Int) throws {
    var random = Random(seed: UInt64(colours))
    for (width, outputs) in [(16, 1), (32, 16), (64, 37)] {
      var kind = PlanarLayer.Kind(height: 8, width: width, inputs: colours, outputs: outputs)
      (kind.hasWide, kind.sourceRow, kind.targetRow) = (true, colours, outputs)
      guard kind.isServed else { return }
      #expect(kind.isOfPixels)
      kind.isRectified = Bool.random(using: &random)
      let x = Tensor.normal(shape: [2, 8, width, colours], using: &random)
      let (weight, bias) = Self.layer(outputs, colours, kernel: 3, &random)
      let plain = try x.convolved(with: weight.value, bias: bias.value, stride: 1, padding: 1)
      let y = kind.isRectified ? try plain.activated(by: .relu) : plain
      let weights = FusedWeights(
        weight: weight, bias: bias, normalization: nil, outputs: 0..<outputs)
      let layer = PlanarLayer(kind, narrow: nil, wide: weights)
      _ = layer.refreshed()
      let whole = Self.run(kind, layer, x, like: y, parts: 1)
      for (a, b) in zip(whole.scalars, y.scalars) where !(abs(a - b) <= 1e-5 * max(1, abs(b))) {
        Issue.record("\(a) and \(b) for \(width), \(outputs)")
        break
      }
      #expect(Self.run(kind, layer, x, like: y, parts: 3) == whole)
    }
  }

  @Test func sizesThatDoNotFillVectorsAreLeftToOthers() {
    var kind = PlanarLayer.Kind(height: 32, width: 24, inputs: 3, outputs: 4)
    kind.hasNarrow = true
    #expect(!kind.isServed)
    (kind.height, kind.width) = (3, 16)
    #expect(!kind.isServed)
    (kind.height, kind.width, kind.stride) = (16, 16, 3)
    #expect(!kind.isServed)
  }
}
