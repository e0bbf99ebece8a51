import Tensors
import Testing

/// 3×3 convolutions in transformed tiles, beside oneDNN's direct ones.
@Suite(.serialized) struct WinogradTests {
  /// Batch, height, width, inputs, outputs, padding: whole tiles and cut ones, one block of 16
  /// channels, several and parts of one, 16 outputs, 32 and both, a last go that is not full.
  private static let sizes = [
    (4, 16, 16, 16, 16, 1), (5, 13, 11, 20, 37, 1), (3, 32, 32, 24, 6, 1), (40, 4, 4, 64, 64, 1),
    (9, 10, 14, 33, 48, 0), (9, 7, 8, 12, 65, 2), (2, 40, 21, 13, 17, 1),
  ]

  /// Output, gradients of input, weight and bias.
  private static func run(_ index: Int, hasBias: Bool = true) throws -> [Tensor] {
    let (batch, height, width, inputs, outputs, padding) = sizes[index]
    var random = Random(seed: UInt64(index))
    let x = Parameter(.normal(shape: [batch, height, width, inputs], using: &random), name: "x")
    let weight = Parameter(
      .normal(shape: [outputs, inputs, 3, 3], deviation: 0.1, using: &random), name: "weight")
    let bias = Parameter(.normal(shape: [outputs], using: &random), name: "bias")
    let tape = Tape()
    let y = try tape.watch(x).convolved(
      with: tape.watch(weight), bias: hasBias ? tape.watch(bias) : nil, padding: padding)
    let slopes = Tensor.normal(shape: y.shape, using: &random)
    let gradients = try tape.gradients(of: (y * slopes).sum())
    return try [y.stoppingGradient()]
      + (hasBias ? [x, weight, bias] : [x, weight]).map {
        try #require(gradients[$0])
      }
  }

  /// The distance as a share of the size, both as roots of mean squares.
  private static func distance(_ a: Tensor, _ b: Tensor) -> Double {
    let pairs = zip(a.scalars, b.scalars)
    let difference = pairs.reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
    let size = b.scalars.reduce(0.0) { $0 + Double($1 * $1) }
    return (difference / max(size, 1e-30)).squareRoot()
  }

  @Test(arguments: sizes.indices) func theWayWithoutTilesAgrees(_ index: Int) throws {
    for hasBias in [true, false] {
      let transformed = try Self.run(index, hasBias: hasBias)
      let direct = try Engine.withoutTiles { () throws in
        try Self.run(index, hasBias: hasBias)
      }
      for (a, b) in zip(transformed, direct) {
        #expect(a.shape == b.shape && Self.distance(a, b) < 5e-6, "\(Self.sizes[index])")
      }
      // Otherwise nothing was compared.
      #expect(!Engine.hasTiles || transformed[0] != direct[0])
    }
  }

  @Test(arguments: sizes.indices) func theSameAgainGivesTheSameBits(_ index: Int) throws {
    for threads in [1, 2, 3] {
      try Tensors.withThreads(threads) { () throws in
        #expect(try Self.run(index) == Self.run(index))
      }
    }
  }

  @Test(arguments: sizes.indices) func threadsDoNotChangeWhatComesOut(_ index: Int) throws {
    let one = try Tensors.withThreads(1) { () throws in try Self.run(index) }
    let three = try Tensors.withThreads(3) { () throws in try Self.run(index) }
    #expect(one[0] == three[0] && one[1] == three[1])
    #expect(zip(one, three).allSatisfy { Self.distance($0, $1) < 2e-6 })
  }

  /// Sums of one window's products: a single weight copies a channel, moved by a pixel.
  @Test func aWindowOfOneWeightMovesTheImage() throws {
    var random = Random(seed: 1)
    let x = Tensor.normal(shape: [4, 12, 12, 16], using: &random)
    let weight = Parameter(.zeros([16, 16, 3, 3]), name: "weight")
    // Output 2 is input 5, seen from the pixel below and to the right.
    weight.value.withUnsafeMutableBuffer { $0[((2 * 16 + 5) * 3 + 0) * 3 + 0] = 1 }
    let y = try x.convolved(with: Tape().watch(weight), padding: 1).scalars
    let values = x.scalars
    for image in 0..<4 {
      for row in 0..<12 {
        for column in 0..<12 {
          let at = ((image * 12 + row) * 12 + column) * 16
          let isInside = row > 0 && column > 0
          let expected = isInside ? values[at - (12 + 1) * 16 + 5] : 0
          #expect(abs(y[at + 2] - expected) < 1e-4 && abs(y[at + 3]) < 1e-4)
        }
      }
    }
  }

  /// A batch outside training gives a sample the same bits alone and in company.
  @Test func whatIsNotRecordedIsDirect() throws {
    var random = Random(seed: 2)
    let x = Tensor.normal(shape: [8, 16, 16, 16], using: &random)
    let weight = Tensor.normal(shape: [16, 16, 3, 3], using: &random)
    let whole = try x.convolved(with: weight, padding: 1)
    #expect(try x.rows([3]).convolved(with: weight, padding: 1) == whole.rows([3]))
  }
}
