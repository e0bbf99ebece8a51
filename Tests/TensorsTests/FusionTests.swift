import Tensors
import Testing

/// Operations that do in one pass over memory what others do in several give the same.
@Suite struct FusionTests {
  private static func tensors(_ shapes: Shape...) -> [Parameter] {
    var random = Random(seed: 7)
    return shapes.enumerated().map { k, shape in
      Parameter(.normal(shape: shape, using: &random), name: "\(k)")
    }
  }

  /// The value of `body` and the gradients of Σ value · weights, all in one list.
  private static func everything(
    _ parameters: [Parameter], _ body: ([Tensor]) throws -> Tensor
  ) throws -> [[Float]] {
    let tape = Tape()
    let value = try body(parameters.map(tape.watch))
    var random = Random(seed: 9)
    let weights = Tensor.normal(shape: value.shape, using: &random)
    let gradients = try tape.gradients(of: (value * weights).sum())
    return try [value.scalars] + parameters.map { try #require(gradients[$0]).scalars }
  }

  private static func expectClose(
    _ a: [[Float]], _ b: [[Float]], _ tolerance: Float = 1e-4,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(a.map(\.count) == b.map(\.count), sourceLocation: location)
    for (x, y) in zip(a.joined(), b.joined()) {
      guard abs(x - y) > tolerance * max(1, abs(y)) else { continue }
      Issue.record("\(x) and \(y)", sourceLocation: location)
      return
    }
  }

  @Test func denseWithAddend() throws {
    let parameters = Self.tensors([3, 5, 7], [4, 7], [4], [3, 5, 4])
    Self.expectClose(
      try Self.everything(parameters) {
        try $0[0].dense(weight: $0[1], bias: $0[2], adding: $0[3])
      },
      try Self.everything(parameters) { try $0[0].dense(weight: $0[1], bias: $0[2]) + $0[3] })
  }

  @Test func denseWithAddendAndNoBias() throws {
    let parameters = Self.tensors([6, 7], [4, 7], [6, 4])
    Self.expectClose(
      try Self.everything(parameters) { try $0[0].dense(weight: $0[1], adding: $0[2]) },
      try Self.everything(parameters) { try $0[0].dense(weight: $0[1]) + $0[2] })
  }

  @Test(arguments: Activation.allCases) func denseWithActivation(_ activation: Activation) throws {
    let parameters = Self.tensors([3, 50, 7], [300, 7], [300])
    Self.expectClose(
      try Self.everything(parameters) {
        try $0[0].dense(weight: $0[1], bias: $0[2], activation: activation)
      },
      try Self.everything(parameters) {
        try $0[0].dense(weight: $0[1], bias: $0[2]).activated(by: activation)
      })
  }

  @Test(arguments: [Activation.gelu, .relu, .silu]) func twoLayers(_ f: Activation) throws {
    let parameters = Self.tensors([2, 3, 7], [20, 7], [20], [5, 20], [5], [2, 3, 5])
    Self.expectClose(
      try Self.everything(parameters) {
        try $0[0].twoLayers(($0[1], $0[2]), f, ($0[3], $0[4]), adding: $0[5])
      },
      try Self.everything(parameters) {
        try $0[0].dense(weight: $0[1], bias: $0[2]).activated(by: f)
          .dense(weight: $0[3], bias: $0[4]) + $0[5]
      })
  }

  @Test func twoLayersWithoutTheFirst() throws {
    let tape = Tape()
    let weight = Parameter(.ones([2, 3]), name: "weight")
    let first: Tensor.DenseLayer = (.ones([3, 4]), .ones([3]))
    let y = try Tensor.ones([5, 4]).twoLayers(first, .relu6, (tape.watch(weight), .ones([2])))
    let gradient = try #require(try tape.gradients(of: y.sum())[weight])
    #expect(gradient == .filled(25, shape: [2, 3]))
  }

  @Test func mistakesAreNamed() throws {
    let x = Tensor.ones([2, 3])
    #expect(throws: TensorError.self) {
      try x.dense(weight: .ones([4, 3]), adding: .ones([2, 3]))
    }
    #expect(throws: TensorError.self) {
      try x.dense(weight: .ones([4, 3]), bias: .ones([3]), activation: .gelu)
    }
    #expect(throws: TensorError.self) {
      try Tensor.attention(queries: .ones([2, 1, 4]), keysAndValues: .ones([2, 5, 4]), heads: 2)
    }
  }

  @Test func attentionOfOneQuery() throws {
    let parameters = Self.tensors([2, 1, 8], [2, 5, 16])
    Self.expectClose(
      try Self.everything(parameters) {
        try Tensor.attention(queries: $0[0], keysAndValues: $0[1], heads: 2)
      },
      try Self.everything(parameters) {
        try Tensor.attention(
          queries: $0[0], keys: $0[1].slice(0..<8, axis: 2), values: $0[1].slice(8..<16, axis: 2),
          heads: 2)
      })
  }

  /// Where a gradient is there already, that of a pointwise convolution joins it in place.
  @Test func pointwiseConvolutionAfterConcatenation() throws {
    let parameters = Self.tensors([2, 4, 4, 3], [5, 3, 1, 1])
    Self.expectClose(
      try Self.everything(parameters) {
        try Tensor.concatenated([$0[0], $0[0].convolved(with: $0[1])])
      },
      try Self.everything(parameters) {
        try Tensor.concatenated([$0[0] * 1, ($0[0] * 1).convolved(with: $0[1])])
      })
  }

  /// Each thread sums over its share of the batch.
  @Test(arguments: [false, true]) func weightGradientsInShares(_ hasBias: Bool) throws {
    let parameters = Self.tensors([16, 16, 16, 20], [24, 20, 3, 3], [24])
    func step() throws -> [[Float]] {
      try Self.everything(hasBias ? parameters : Array(parameters.prefix(2))) {
        try $0[0].convolved(with: $0[1], bias: $0.count > 2 ? $0[2] : nil, padding: 1)
      }
    }
    let one = try Tensors.withThreads(1, step)
    let two = try Tensors.withThreads(2, step)
    Self.expectClose(two, one, 1e-3)
    #expect(try Tensors.withThreads(2, step) == two)
  }

  @Test func joinedRowsComeApartAgain() throws {
    let parameters = Self.tensors([70, 30, 6], [70, 30, 300], [70, 30, 1])
    let all = try Self.everything(parameters) { try Tensor.concatenated($0) }
    let parts = try Self.everything(parameters) { x in
      let whole = try Tensor.concatenated(x)
      return try Tensor.concatenated([
        whole.slice(0..<6, axis: 2), whole.slice(6..<306, axis: 2), whole.slice(306..<307, axis: 2),
      ])
    }
    #expect(all == parts)
    let whole = try Tensor.concatenated(parameters.map(\.value))
    #expect(try whole.slice(6..<306, axis: 2) == parameters[1].value)
  }
}
