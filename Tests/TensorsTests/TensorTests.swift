import Tensors
import Testing

@Suite struct TensorTests {
  @Test func aTensorIsAValue() throws {
    let a = try Tensor([1, 2, 3, 4], shape: [2, 2])
    var b = a
    b.withUnsafeMutableBuffer { $0[0] = 9 }
    #expect(a.scalars == [1, 2, 3, 4])
    #expect(b.scalars == [9, 2, 3, 4])
  }

  @Test func anOptimiserDoesNotReachIntoCopies() throws {
    let w = Parameter(pattern(1, [4]), name: "w")
    let before = w.value
    let saved = before.scalars
    var velocity: Tensor?
    try w.applySGD(gradient: .ones([4]), learningRate: 1, velocity: &velocity)
    #expect(before.scalars == saved)
    #expect(w.value != before)
  }

  @Test func changedWeightsAreUsedByTheNextConvolution() throws {
    let w = Parameter(pattern(1, [16, 16, 3, 3]), name: "w")
    let x = pattern(2, [1, 4, 4, 16])
    let first = try x.convolved(with: w.value, padding: 1)
    var velocity: Tensor?
    try w.applySGD(gradient: w.value, learningRate: 3, velocity: &velocity)
    let second = try x.convolved(with: w.value, padding: 1)
    let sum = try (first * 2 + second).scalars
    #expect(sum.allSatisfy { abs($0) < 1e-4 })
  }

  @Test func shapesPrint() throws {
    #expect("\(Shape([32, 32, 16]))" == "32×32×16")
    #expect("\(Shape([]))" == "scalar")
    #expect("\(pattern(1, [2, 2]).shape.batched(3))" == "3×2×2")
    #expect(try Tensor([1, 2], shape: [2]).description == "Tensor 2 [1.0, 2.0]")
    #expect(Shape([4, 5, 6])[-1] == 6)
  }

  @Test func gatherAndArgmax() throws {
    let x = try Tensor([0, 5, 2, 7, 7, 1], shape: [2, 3])
    #expect(x.argmax() == [1, 0])
    #expect(try x.rows([1, 1, 0]).scalars == [7, 7, 1, 7, 7, 1, 0, 5, 2])
    #expect(try x.rows([]).shape == [0, 3])
  }

  @Test func certaintyIsNotInfinite() throws {
    let sure = try Tensor([1000, 0, -1000, 0, 1000, 0], shape: [2, 3])
    #expect(try sure.softmax().scalars == [1, 0, 0, 0, 1, 0])
    #expect(try sure.crossEntropies(labels: [0, 0]).scalars == [0, 1000])
    #expect(try sure.logSoftmax().scalars.allSatisfy(\.isFinite))
  }

  @Test func convolutionOfAnImpulseIsTheKernel() throws {
    var x = Tensor.zeros([1, 5, 5, 1])
    x.withUnsafeMutableBuffer { $0[12] = 1 }
    let kernel = pattern(3, [1, 1, 3, 3])
    let y = try x.convolved(with: kernel, padding: 1).scalars
    let middle = (1...3).flatMap { row in (1...3).map { y[row * 5 + $0] } }
    #expect(middle == kernel.scalars.reversed())
  }

  @Test func costAndShapeAreKnownWithoutRunning() throws {
    let (output, cost) = try Tensor.convolution(
      [1, 32, 32, 16], weight: [32, 16, 3, 3], stride: 2, padding: 1)
    #expect(output == [1, 16, 16, 32])
    #expect(cost == 16 * 16 * 32 * 16 * 9)
  }

  @Test func normalizedChannelsHaveZeroMeanAndUnitVariance() throws {
    var random = Random(seed: 3)
    for (rows, channels) in [(5000, 16), (100, 7), (9, 300), (40_000, 3)] {
      let x = Tensor.normal(shape: [rows, channels], mean: 40, deviation: 3, using: &random)
      let statistics = BatchStatistics(channels: channels, momentum: 1)
      let y = try x.batchNormalized(
        scale: .ones([channels]), shift: .zeros([channels]), statistics: statistics,
        training: true
      ).scalars
      for c in 0..<channels {
        let column = stride(from: c, to: y.count, by: channels).map { Double(y[$0]) }
        let mean = column.reduce(0, +) / Double(rows)
        let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
        #expect(abs(mean) < 1e-4 && abs(variance - 1) < 1e-3, "\(rows)×\(channels), channel \(c)")
        if channels > 100 { break }
      }
      #expect(abs(statistics.mean.scalars[0] - 40) < 4)
    }
  }

  @Test func dropoutKeepsTheMean() throws {
    var random = Random(seed: 8)
    let y = try Tensor.ones([100_000]).dropout(rate: 0.3, using: &random).scalars
    let kept = y.filter { $0 != 0 }
    #expect(abs(Double(kept.count) / 100_000 - 0.7) < 0.01)
    #expect(kept.allSatisfy { $0 == 1 / (1 - Float(0.3)) })
  }
}
