import Tensors
import Testing

/// What holds of transposed convolutions whatever the numbers, and their mistakes.
@Suite struct TransposedConvolutionTests {
  struct Sizes: Sendable, CustomTestStringConvertible {
    let image: Shape, weight: Shape
    var stride = 1, padding = 0, dilation = 1, groups = 1
    var testDescription: String { "\(image) \(weight) \(stride) \(padding) \(dilation) \(groups)" }
  }

  static let sizes = [
    Sizes(image: [2, 6, 7, 3], weight: [4, 3, 3, 3]),
    Sizes(image: [2, 7, 8, 4], weight: [6, 2, 3, 3], stride: 2, padding: 1, groups: 2),
    Sizes(
      image: [1, 9, 9, 16], weight: [16, 1, 3, 3], stride: 2, padding: 2, dilation: 2, groups: 16),
    Sizes(image: [3, 8, 6, 5], weight: [4, 5, 1, 1], stride: 3),
    Sizes(image: [3, 5, 5, 16], weight: [32, 16, 1, 1], stride: 2),
    Sizes(image: [1, 11, 10, 2], weight: [3, 2, 4, 5], stride: 3, padding: 1),
  ]

  private static func product(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.scalars, b.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// ⟨y, conv(x)⟩ = ⟨convᵀ(y), x⟩ for every x and y.
  @Test(arguments: sizes) func isTheTransposeOfTheConvolution(_ s: Sizes) throws {
    let (x, weight) = (pattern(1, s.image), pattern(2, s.weight))
    let small = try x.convolved(
      with: weight, stride: s.stride, padding: s.padding, dilation: s.dilation, groups: s.groups)
    let y = pattern(3, small.shape)
    let rest = (s.image[1] + 2 * s.padding - s.dilation * (s.weight[2] - 1) - 1) % s.stride
    let wide = (s.image[2] + 2 * s.padding - s.dilation * (s.weight[3] - 1) - 1) % s.stride
    var back = try y.transposedConvolved(
      with: weight, stride: s.stride, padding: s.padding, outputPadding: max(rest, wide),
      dilation: s.dilation, groups: s.groups)
    back = try back.slice(0..<s.image[1], axis: 1).slice(0..<s.image[2], axis: 2)
    #expect(back.shape == x.shape)
    let (one, other) = (Self.product(y, small), Self.product(back, x))
    #expect(abs(one - other) <= 1e-4 * max(1, abs(one)), "\(one) and \(other)")
  }

  @Test func anImpulseBecomesTheKernel() throws {
    let kernel = pattern(3, [1, 1, 3, 3])
    let y = try Tensor.ones([1, 1, 1, 1]).transposedConvolved(with: kernel)
    #expect(y.shape == [1, 3, 3, 1])
    #expect(y.scalars == kernel.scalars)
    let apart = try Tensor.ones([1, 2, 2, 1]).transposedConvolved(
      with: .ones([1, 1, 1, 1]), stride: 2)
    #expect(apart.scalars == [1, 0, 1, 0, 0, 0, 1, 0, 1])
  }

  @Test func costAndShapeAreKnownWithoutRunning() throws {
    let (output, cost) = try Tensor.transposedConvolution(
      [1, 8, 8, 16], weight: [16, 32, 3, 3], stride: 2, padding: 1, outputPadding: 1)
    #expect(output == [1, 16, 16, 32])
    #expect(cost == 8 * 8 * 16 * 32 * 9)
  }

  @Test func anEmptyBatchIsABatch() throws {
    let result = try gradients([.zeros([0, 3, 3, 2]), pattern(1, [2, 4, 3, 3]), pattern(2, [4])]) {
      try $0[0].transposedConvolved(with: $0[1], bias: $0[2], stride: 2)
    }
    #expect(result.output.shape == [0, 7, 7, 4])
    #expect(result.gradients[0]?.shape == [0, 3, 3, 2])
    #expect(result.gradients[1] == .zeros([2, 4, 3, 3]))
    #expect(result.gradients[2] == .zeros([4]))
  }

  @Test func aRowIsTheSameAloneAndInCompany() throws {
    let (x, weight) = (pattern(1, [9, 5, 4, 8]), pattern(2, [8, 6, 3, 3]))
    let whole = try x.transposedConvolved(with: weight, stride: 2).rows([4]).scalars
    let alone = try x.rows([4]).transposedConvolved(with: weight, stride: 2).scalars
    #expect(zip(whole, alone).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  static let mistakes: [ErrorTests.Case] = [
    .init("transposedConvolved", "3×4", "2×2×3×3") {
      _ = try pattern(1, [3, 4]).transposedConvolved(with: .zeros([2, 2, 3, 3]))
    },
    .init("transposedConvolved", "1×4×4×3", "2×5×3×3", "3×(out/groups)") {
      _ = try Tensor.zeros([1, 4, 4, 3]).transposedConvolved(with: .zeros([2, 5, 3, 3]))
    },
    .init("transposedConvolved", "groups 2") {
      _ = try Tensor.zeros([1, 4, 4, 3]).transposedConvolved(with: .zeros([3, 5, 3, 3]), groups: 2)
    },
    .init("transposedConvolved", "stride 0") {
      _ = try Tensor.zeros([1, 4, 4, 3]).transposedConvolved(with: .zeros([3, 5, 3, 3]), stride: 0)
    },
    .init("transposedConvolved", "outputPadding 2", "below the stride") {
      _ = try Tensor.zeros([1, 4, 4, 3]).transposedConvolved(
        with: .zeros([3, 5, 3, 3]), stride: 2, outputPadding: 2)
    },
    .init("transposedConvolved", "bias is 4", "expected 5") {
      _ = try Tensor.zeros([1, 4, 4, 3]).transposedConvolved(
        with: .zeros([3, 5, 3, 3]), bias: .zeros([4]))
    },
    .init("transposedConvolved", "padding 9", "1×-12×-12×5") {
      _ = try Tensor.zeros([1, 4, 4, 3]).transposedConvolved(
        with: .zeros([3, 5, 3, 3]), padding: 9)
    },
    .init("transposedConvolved", "fit in memory") {
      _ = try Tensor.transposedConvolution(
        [1, 1 << 15, 1 << 15, 1], weight: [1, 1 << 15, 3, 3], stride: 1 << 14)
    },
  ]

  @Test(arguments: mistakes) func isASentence(_ c: ErrorTests.Case) {
    let error = #expect(throws: TensorError.self) { try c.body() }
    for word in c.mentions {
      #expect(error?.message.contains(word) == true, "\(error?.message ?? "no error")")
    }
  }
}
