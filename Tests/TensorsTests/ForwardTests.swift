import Tensors
import Testing

/// Derivatives along a direction: of every operation, against central differences and against the
/// backward pass.
@Suite struct ForwardTests {
  typealias Case = GradientTests.Case

  static let image: Shape = [2, 4, 5, 3]

  static let cases =
    GradientTests.cases.filter { $0.name != "stoppingGradient" } + GradientTests.operationCases
    + unfoldings + [
      Case("activation of a scalar", [[]]) { try $0[0].silu() },
      Case("attention with a mask", [[2, 3, 12]]) {
        try $0[0].selfAttention(heads: 2, mask: pattern(60, [2, 1, 3]))
      },
      Case("attention apart", [[2, 3, 4], [2, 5, 4], [2, 5, 4]]) {
        try .attention(queries: $0[0], keys: $0[1], values: $0[2], heads: 2)
      },
      Case("parameters used twice", [[3, 4], [4, 4]]) {
        try $0[0].dense(weight: $0[1]).tanh().dense(weight: $0[1]).logSoftmax()
      },
    ]

  static let unfoldings = [
    Case("unfolded", [image]) { try $0[0].unfolded(kernel: 3, stride: 1, padding: 1) },
    Case("unfolded apart", [image]) { try $0[0].unfolded(kernel: 2, stride: 2) },
    Case("unfolded wide", [[1, 6, 7, 2]]) { try $0[0].unfolded(kernel: 3, stride: 2, padding: 2) },
  ]

  static func forward(
    _ c: Case, along tangents: [Tensor?]
  ) throws -> (value: Tensor, derivative: Tensor) {
    let parameters = c.inputs.enumerated().map { Parameter($1, name: "input \($0)") }
    let moved = zip(parameters, tangents).filter { $0.1 != nil }
    return try jvp(
      of: { tape in try c.operation(parameters.map(tape.watch)) }, at: moved.map(\.0),
      along: moved.compactMap(\.1))
  }

  static func product(_ a: Tensor, _ b: Tensor) -> Double {
    zip(a.scalars, b.scalars).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  /// (f(x + h v) − f(x − h v)) / 2h, output by output.
  @Test(arguments: cases) func centralDifferences(_ c: Case) throws {
    let directions = c.inputs.enumerated().map { pattern(70 + $0, $1.shape) }
    let (value, derivative) = try Self.forward(c, along: directions)
    #expect(derivative.shape == value.shape)
    let h: Float = 0x1p-8
    let ends = try [h, -h].map { step in
      try c.operation(zip(c.inputs, directions).map { try $0 + $1 * step }).scalars
    }
    let plain = try c.operation(c.inputs)
    for (index, got) in derivative.scalars.enumerated() {
      let slope = Double(ends[0][index] - ends[1][index]) / Double(2 * h)
      #expect(
        abs(Double(got) - slope) <= 5e-3 + 1e-2 * abs(slope),
        "\(c.name), output \(index): derivative \(got), difference quotient \(slope)")
      #expect(abs(value.scalars[index] - plain.scalars[index]) <= 1e-6)
    }
  }

  /// ⟨J v, u⟩ = ⟨v, Jᵀ u⟩, along all inputs together and along each alone.
  @Test(arguments: cases) func isTheTransposeOfTheBackwardPass(_ c: Case) throws {
    let directions = c.inputs.enumerated().map { pattern(80 + $0, $1.shape) }
    let backward = try gradients(c.inputs, of: c.operation)
    let u = pattern(99, backward.output.shape)
    let parts = try zip(directions, backward.gradients).map { Self.product($0, try #require($1)) }
    let whole = Self.product(try Self.forward(c, along: directions).derivative, u)
    let sum = parts.reduce(0, +)
    #expect(abs(whole - sum) <= 2e-4 * max(1, abs(sum)), "\(c.name): \(whole) and \(sum)")
    for (k, part) in parts.enumerated() {
      let alone = directions.enumerated().map { $0 == k ? $1 : nil }
      let got = Self.product(try Self.forward(c, along: alone).derivative, u)
      #expect(abs(got - part) <= 2e-4 * max(1, abs(part)), "\(c.name), input \(k): \(got), \(part)")
    }
  }

  @Test(arguments: unfoldings) func unfoldingGradients(_ c: Case) throws {
    try GradientTests().centralDifferences(c)
  }

  @Test func windowsLieAsInPyTorch() throws {
    // torch.nn.functional.unfold(arange(18).view(1, 2, 3, 3), 2), with channels last here.
    let image = try Tensor((0..<18).map { Float($0) }, shape: [1, 2, 3, 3]).permuted([0, 2, 3, 1])
    let rows = try image.unfolded(kernel: 2, stride: 1)
    #expect(rows.shape == [1, 4, 8])
    #expect(rows.scalars.prefix(8) == [0, 1, 3, 4, 9, 10, 12, 13])
    #expect(rows.scalars.suffix(8) == [4, 5, 7, 8, 13, 14, 16, 17])
    let padded = try image.unfolded(kernel: 2, stride: 2, padding: 1)
    #expect(padded.scalars.prefix(8) == [0, 0, 0, 0, 0, 0, 0, 9])
  }

  @Test func whatDoesNotDependHasNoDerivative() throws {
    let (x, w) = (pattern(1, [2, 3]), Parameter(pattern(2, [2, 3]), name: "w"))
    let constant = try jvp(of: { _ in try x.relu() }, at: [w], along: [.ones([2, 3])])
    #expect(try constant.value == x.relu() && constant.derivative == .zeros([2, 3]))
    let stopped = try jvp(
      of: { try $0.watch(w).stoppingGradient() * 2 }, at: [w], along: [.ones([2, 3])])
    #expect(stopped.derivative == .zeros([2, 3]))
    let scaled = try jvp(
      of: { try $0.watch(w).scalingGradient(by: 0.5) }, at: [w], along: [.ones([2, 3])])
    #expect(scaled.derivative == .filled(0.5, shape: [2, 3]))
  }

  @Test func mistakesAreSentences() throws {
    let w = Parameter(pattern(2, [2, 3]), name: "w")
    let short = #expect(throws: TensorError.self) {
      _ = try jvp(of: { $0.watch(w) }, at: [w], along: [])
    }
    #expect(short?.message.contains("0 directions for 1 parameters") == true)
    let misshapen = #expect(throws: TensorError.self) {
      _ = try jvp(of: { $0.watch(w) }, at: [w], along: [.ones([3, 2])])
    }
    #expect(misshapen?.message.contains("w is 3×2, expected 2×3") == true)
  }
}
