import Tensors
import Testing

/// What must hold of the broader operations whatever the numbers are.
@Suite struct OperationPropertyTests {
  static func distance(_ a: Tensor, _ b: Tensor) -> Float {
    zip(a.scalars, b.scalars).map { abs($0 - $1) }.max() ?? 0
  }

  /// Attention by its definition, from products, a softmax and permutations.
  static func plainAttention(_ x: Tensor, heads: Int, mask: Tensor) throws -> Tensor {
    let (batch, tokens, width) = (x.shape[0], x.shape[1], x.shape[2] / 3)
    let parts = try x.reshaped([batch, tokens, 3, heads, width / heads]).permuted([2, 0, 3, 1, 4])
    let (q, k) = (try parts.selected(0, axis: 0), try parts.selected(1, axis: 0))
    let scale = 1 / Float(width / heads).squareRoot()
    let scores = try q.matrixProduct(k, transposed: (false, true)) * scale
    return try (scores + mask).softmax().matrixProduct(parts.selected(2, axis: 0))
      .permuted([0, 2, 1, 3]).reshaped([batch, tokens, width])
  }

  /// 7 tokens fit one block of scores; 300 are several, which add up; 2 threads share the heads.
  @Test(arguments: [1, 7, 64, 300]) func attentionIsItsDefinition(tokens: Int) throws {
    var random = Random(seed: 3)
    let x = Tensor.normal(shape: [3, tokens, 48], using: &random)
    let mask = Tensor.normal(shape: [tokens, tokens], using: &random)
    let fused = try gradients([x]) { try $0[0].selfAttention(heads: 4, mask: mask) }
    let plain = try gradients([x]) { try Self.plainAttention($0[0], heads: 4, mask: mask) }
    #expect(Self.distance(fused.output, plain.output) < 2e-5)
    let (a, b) = (try #require(fused.gradients[0]), try #require(plain.gradients[0]))
    #expect(Self.distance(a, b) < 1e-4)
  }

  @Test func aTokenThatSeesNothingGetsNothing() throws {
    let x = pattern(1, [1, 3, 12])
    let mask = Tensor.filled(-.infinity, shape: [1, 1, 3])
    let result = try gradients([x]) { try $0[0].selfAttention(heads: 2, mask: mask) }
    #expect(result.output == .zeros([1, 3, 4]))
    #expect(result.gradients[0] == .zeros([1, 3, 12]))
  }

  @Test func aCausalTokenDoesNotSeeTheFuture() throws {
    let x = pattern(1, [1, 6, 12])
    let whole = try x.selfAttention(heads: 2, isCausal: true).slice(0..<4, axis: 1)
    let part = try x.slice(0..<4, axis: 1).selfAttention(heads: 2, isCausal: true)
    #expect(Self.distance(whole, part) < 1e-6)
  }

  /// What lets a sample leave a batch: it is computed the same alone.
  @Test func samplesDoNotSeeEachOther() throws {
    var random = Random(seed: 9)
    let x = Tensor.normal(shape: [40, 65, 96], using: &random)
    let one = try x.rows([17])
    let scale = pattern(2, [96])
    #expect(try x.selfAttention(heads: 4).rows([17]) == one.selfAttention(heads: 4))
    #expect(
      try x.layerNormalized(scale: scale, shift: scale).rows([17])
        == one.layerNormalized(scale: scale, shift: scale))
    #expect(try x.gelu().rows([17]) == one.gelu())
  }

  @Test func theNumberOfThreadsChangesNothing() throws {
    var random = Random(seed: 9)
    let x = Tensor.normal(shape: [64, 65, 96], using: &random)
    let scale = pattern(2, [96])
    let runs = try [1, 2].map { threads in
      try Tensors.withThreads(threads) {
        try gradients([x, scale]) {
          try $0[0].layerNormalized(scale: $0[1], shift: $0[1]).selfAttention(heads: 4).gelu()
            .sum(over: [1])
        }
      }
    }
    #expect(runs[0].output == runs[1].output)
    #expect(runs[0].gradients == runs[1].gradients)
  }

  @Test func normalizedRowsHaveNoMeanAndUnitVariance() throws {
    var random = Random(seed: 9)
    let x = try Tensor.normal(shape: [50, 200], using: &random) * 7 + 3
    let y = try x.layerNormalized(scale: .ones([200]), shift: .zeros([200]))
    #expect(try y.mean(over: [1]).scalars.allSatisfy { abs($0) < 1e-5 })
    #expect(try y.variance(over: [1]).scalars.allSatisfy { abs($0 - 1) < 1e-4 })
    let one = try x.groupNormalized(groups: 1, scale: .ones([200]), shift: .zeros([200]))
    #expect(Self.distance(y, one) < 1e-4)
  }

  @Test func arrangementsAreUndone() throws {
    let x = pattern(1, [2, 3, 4, 5])
    #expect(try x.permuted([3, 1, 0, 2]).permuted([2, 1, 3, 0]) == x)
    #expect(try x.padded(before: 2, after: 3, axis: 2).slice(2..<6, axis: 2) == x)
    #expect(
      try Tensor.concatenated([x.slice(0..<1, axis: 1), x.slice(1..<3, axis: 1)], axis: 1) == x)
    #expect(try x.resized(height: 3, width: 4) == x)
    #expect(try x.broadcast(to: [6, 2, 3, 4, 5]).sum(over: [0]).scalars == (x * 6).scalars)
  }

  @Test func largeArraysAreGoneThroughWhole() throws {
    var random = Random(seed: 6)
    let x = Tensor.normal(shape: [700, 3, 512], using: &random)
    let row = pattern(2, [512])
    let sum = try x + row
    let (sums, values, steps) = (sum.scalars, x.scalars, row.scalars)
    #expect(sums.indices.allSatisfy { sums[$0] == values[$0] + steps[$0 % 512] })
    #expect(try sum.sum(over: [0, 1]).shape == [512])
    let columns = try x.reshaped([2100, 512]).transposed()
    let (across, down) = (try columns.sum(over: [1]), try x.sum(over: [0, 1]))
    #expect(Self.distance(across, down) < 1e-3)
  }

  @Test func theExtremesStayFinite() throws {
    let x = try Tensor([-1e30, -200, -90, 0, 90, 200, 1e30], shape: [7])
    for activation in Activation.allCases {
      let result = try gradients([x]) { try $0[0].activated(by: activation) }
      #expect(result.output.scalars.allSatisfy { $0.isFinite }, "\(activation)")
      #expect(result.gradients[0]?.scalars.allSatisfy { $0.isFinite } == true, "\(activation)")
    }
    let losses = try x.binaryCrossEntropies(targets: .ones([7]))
    #expect(losses.scalars.allSatisfy { $0.isFinite })
    let unsure = try Tensor([.nan, 1], shape: [2])
    for activation in Activation.allCases {
      #expect(try unsure.activated(by: activation).scalars[0].isNaN, "\(activation)")
    }
  }

  @Test func droppedSamplesAreWholeAndTheMeanStays() throws {
    var random = Random(seed: 4)
    let x = Tensor.ones([2000, 3])
    let y = try x.samplesDropped(rate: 0.25, using: &random)
    let rows = stride(from: 0, to: 6000, by: 3).map { Array(y.scalars[$0..<$0 + 3]) }
    #expect(rows.allSatisfy { $0 == [0, 0, 0] || $0 == Array(repeating: 4 / 3, count: 3) })
    #expect(abs(try y.mean().scalar() - 1) < 0.05)
  }

  @Test func scaledGradients() throws {
    let result = try gradients([pattern(1, [2, 3])]) { try $0[0].scalingGradient(by: -0.5) }
    #expect(result.output == pattern(1, [2, 3]))
    #expect(try result.gradients[0] == pattern(99, [2, 3]) * -0.5)
  }

  @Test func workIsCounted() throws {
    #expect(Tensor.attentionMultiplyAdds(queries: 65, keys: 65, width: 256) == 2 * 65 * 65 * 256)
    let product = try Tensor.matrixProduct([8, 3, 4], [4, 5])
    #expect(product.output == [8, 3, 5])
    #expect(product.multiplyAdds == 8 * 3 * 4 * 5)
  }
}
