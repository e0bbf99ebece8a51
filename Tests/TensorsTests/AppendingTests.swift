import Tensors
import Testing

/// Channels put beside others in wide rows are those that concatenation gives, with its gradients.
@Suite struct AppendingTests {
  private typealias Join = ([Tensor], _ room: Int) throws -> Tensor

  @Test(arguments: UInt64(0)..<24) func isConcatenation(_ seed: UInt64) throws {
    var random = Random(seed: seed)
    let sides = (Int.random(in: 1...9, using: &random), Int.random(in: 1...40, using: &random))
    var width = Int.random(in: 1...70, using: &random)
    let batch = Int.random(in: 1...3, using: &random)
    var parameters = [
      Parameter(.normal(shape: [batch, sides.0, sides.1, width], using: &random), name: "x")
    ]
    let kernels = [1, seed % 2 == 0 ? 3 : 1, 1]
    for (index, kernel) in kernels.enumerated() {
      let new = Int.random(in: 1...60, using: &random)
      parameters.append(
        Parameter(
          .normal(shape: [new, width, kernel, kernel], deviation: 0.1, using: &random),
          name: "\(index)"))
      width += 2 * new
    }
    parameters.append(
      Parameter(.normal(shape: [20, width, 1, 1], deviation: 0.1, using: &random), name: "last"))
    func run(_ join: Join) throws -> [[Float]] {
      let tape = Tape()
      let tensors = parameters.map(tape.watch)
      let value = try Self.grow(tensors, join)
      let gradients = try tape.gradients(of: value)
      return try [value.scalars] + parameters.map { try #require(gradients[$0]).scalars }
    }
    let expected = try run { parts, _ in try Tensor.concatenated(parts) }
    for room in [0, 7, 300] {
      let got = try run { parts, end in try Tensor.appended(parts, room: end + room - 3) }
      for (a, b) in zip(got, expected) {
        let scale = max(1, b.map(abs).max() ?? 1)
        let distance = zip(a, b).map { abs($0 - $1) }.max() ?? 0
        #expect(a.count == b.count && distance <= 1e-4 * scale)
      }
      #expect(try run { parts, end in try Tensor.appended(parts, room: end + room - 3) } == got)
    }
  }

  /// x, then the weights of layers, the last of them read by nothing else.
  private static func grow(_ tensors: [Tensor], _ join: Join) throws -> Tensor {
    var value = tensors[0], sum = try value.mean()
    let weights = tensors.dropFirst().dropLast()
    let room = value.shape[3] + weights.reduce(0) { $0 + 2 * $1.shape[0] }
    for (index, weight) in weights.enumerated() {
      let new = try value.convolved(with: weight, padding: weight.shape[2] / 2)
      let next = try join([value, new, new * 2], room)
      if index == 1 {
        sum = try sum + (next * next).mean() + next.reshaped([next.count]).mean()
        // A second value that grows from the same one, and a copy that is changed.
        let other = try join([value, new], room)
        sum = try sum + (other * other).mean()
        var copy = next
        copy.withUnsafeMutableBuffer { $0[0] = 500 }
        #expect(copy != next)
      }
      value = next
    }
    let last = try value.convolved(with: tensors[tensors.count - 1])
    return try sum + (last * last).mean() + (value * value).mean()
  }

  @Test func mistakesAreNamed() {
    #expect(throws: TensorError.self) {
      try Tensor.appended([.ones([2, 3, 3, 1]), .ones([2, 3, 2, 1])], room: 4)
    }
  }

  /// Convolutions of one input together are those one by one, whichever of them are used.
  @Test(arguments: [[0, 1, 2], [0, 1], [1, 2], [0], [2], [1]], [nil, 5, 900])
  func convolutionsTogetherAreEachAlone(_ used: [Int], _ room: Int?) throws {
    var random = Random(seed: 7)
    let (first, second) = (
      Parameter(.normal(shape: [3, 9, 7, 11], using: &random), name: "first"),
      Parameter(.normal(shape: [3, 9, 7, 4], using: &random), name: "second")
    )
    let weights = [6, 24, 1].map { outputs in
      Parameter(.normal(shape: [outputs, 15, 1, 1], using: &random), name: "\(outputs)")
    }
    func run(
      _ convolve: (Tensor, [Tensor]) throws -> [Tensor]
    ) throws -> [[Float]?] {
      let tape = Tape()
      let parts = [tape.watch(first), tape.watch(second)]
      let value = try Tensor.appended(parts, room: room.map { 15 + $0 } ?? 15)
      let results = try convolve(value, weights.map(tape.watch))
      var sum = try (value * value).mean()
      for index in used { sum = try sum + (results[index] * results[index]).mean() }
      let gradients = try tape.gradients(of: sum)
      return results.map(\.scalars) + ([first, second] + weights).map { gradients[$0]?.scalars }
    }
    let expected = try run { value, weights in try weights.map { try value.convolved(with: $0) } }
    for (a, b) in zip(try run { try $0.convolved(together: $1) }, expected) {
      #expect((a == nil) == (b == nil))
      guard let a, let b else { continue }
      let scale = max(1, b.map(abs).max() ?? 1)
      let distance = zip(a, b).map { abs($0 - $1) }.max() ?? 0
      #expect(a.count == b.count && distance <= 1e-5 * scale)
    }
  }
}
