import Tensors
import Testing

/// Mixed precision: what is rounded, what is not, and where it applies.
@Suite struct PrecisionTests {
  /// Whether `body` can be run in this way here.
  static func has(_ units: BFloat16Units) -> Bool {
    units == .float || Precision.mixedBFloat16.isAvailable
  }

  static func mixed<Result>(
    _ units: BFloat16Units, _ body: () throws -> Result
  ) throws -> Result {
    try BFloat16Units.with(units) { try Tensors.withPrecision(.mixedBFloat16, body) }
  }

  private func distance(_ a: Tensor?, _ b: Tensor?) throws -> Float {
    let (x, y) = (try #require(a), try #require(b))
    #expect(x.shape == y.shape)
    let scale = max(1, y.scalars.map(abs).max() ?? 1)
    return zip(x.scalars, y.scalars).map { abs($0 - $1) }.max().map { $0 / scale } ?? 0
  }

  /// One product, so that its factors are the inputs and the output's gradient, nothing between.
  static let products: [Operation] = PrecisionCases.all.filter {
    [
      "bf16 conv", "bf16 conv strided", "bf16 transposed conv", "bf16 dense", "bf16 product",
      "bf16 product NT",
    ]
    .contains($0.name)
  }

  @Test(arguments: products.map(\.name), [BFloat16Units.float, .bfloat16])
  func aProductIsThatOfRoundedFactors(_ name: String, _ units: BFloat16Units) throws {
    guard Self.has(units) else { return }
    let operation = try #require(Self.products.first { $0.name == name })
    let result = try Self.mixed(units) { try gradients(operation.inputs, of: operation.body) }
    // The bias, the third input, is no factor.
    let inputs = operation.inputs.enumerated().map { $0 < 2 ? $1.roundedToBFloat16 : $1 }
    let parameters = inputs.enumerated().map { Parameter($1, name: "input \($0)") }
    let tape = Tape()
    let output = try operation.body(parameters.map(tape.watch))
    let loss = try (output * pattern(99, output.shape).roundedToBFloat16).sum()
    let expected = try tape.gradients(of: loss)
    #expect(try distance(result.output, output) < 1e-6)
    for k in 0..<2 {
      #expect(try distance(result.gradients[k], expected[parameters[k]]) < 1e-6, "input \(k)")
    }
    #expect(try distance(result.output, operation.body(operation.inputs)) > 1e-4)
  }

  @Test(arguments: PrecisionCases.all.map(\.name)) func bothUnitsAgree(_ name: String) throws {
    guard Self.has(.bfloat16) else { return }
    let operation = try #require(PrecisionCases.all.first { $0.name == name })
    let float = try Self.mixed(.float) { try gradients(operation.inputs, of: operation.body) }
    let half = try Self.mixed(.bfloat16) { try gradients(operation.inputs, of: operation.body) }
    // Sums of another order can round a later factor the other way: one unit of its last place.
    #expect(try distance(half.output, float.output) < 0.004)
    for (a, b) in zip(half.gradients, float.gradients) { #expect(try distance(a, b) < 0.004) }
  }

  @Test func itEndsWhereItsClosureEnds() throws {
    let x = pattern(1, [3, 5]), w = pattern(2, [4, 5])
    let plain = try x.dense(weight: w)
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try Self.mixed(.float) {
        #expect(Precision.current == .mixedBFloat16)
        throw Stop()
      }
    }
    #expect(Precision.current == .float32)
    #expect(try x.dense(weight: w) == plain)
    let (inner, outer) = try Self.mixed(.float) {
      (try Tensors.withPrecision(.float32) { try x.dense(weight: w) }, try x.dense(weight: w))
    }
    #expect(inner == plain && outer != plain)
  }

  /// The way back of an operation is computed as its way there, whatever holds by then.
  @Test func theWayBackKeepsThePrecisionOfTheWayThere() throws {
    let (x, weight) = (pattern(1, [6, 5]), Parameter(pattern(2, [4, 5]), name: "weight"))
    func gradient(_ precision: Precision, after: Precision) throws -> Tensor? {
      try BFloat16Units.with(.float) {
        let tape = Tape()
        let loss = try Tensors.withPrecision(precision) {
          try (x.dense(weight: tape.watch(weight)) * pattern(3, [6, 4])).sum()
        }
        return try Tensors.withPrecision(after) { try tape.gradients(of: loss) }[weight]
      }
    }
    let plain = try gradient(.float32, after: .float32)
    let mixed = try gradient(.mixedBFloat16, after: .mixedBFloat16)
    #expect(plain != mixed)
    #expect(try gradient(.float32, after: .mixedBFloat16) == plain)
    #expect(try gradient(.mixedBFloat16, after: .float32) == mixed)
  }

  @Test func changedWeightsAreRoundedAnew() throws {
    let x = pattern(1, [20, 5])
    var weight = pattern(2, [4, 5])
    for units in [BFloat16Units.float, .bfloat16] where Self.has(units) {
      try Self.mixed(units) {
        let before = try x.dense(weight: weight)
        weight.withUnsafeMutableBuffer { for i in $0.indices { $0[i] *= 2 } }
        #expect(try x.dense(weight: weight) == before * 2)
      }
    }
  }

  /// Values that are kept in half the memory belong to the numbers they were made from.
  @Test func changedValuesAreRoundedAnew() throws {
    let weight = Parameter(pattern(2, [4, 5]), name: "weight")
    try Self.mixed(.float) {
      var x = pattern(1, [20, 5])
      let tape = Tape()
      let before = try x.dense(weight: tape.watch(weight))
      x.withUnsafeMutableBuffer { for i in $0.indices { $0[i] *= 2 } }
      #expect(try x.dense(weight: tape.watch(weight)).scalars == (before * 2).scalars)
    }
  }

  @Test func otherOperationsAreComputedInFloats() throws {
    let x = pattern(1, [6, 8])
    let plain = try (x + x * 3).softmax()
    let mixed = try Self.mixed(.float) { try (x + x * 3).softmax() }
    #expect(mixed == plain)
  }

  @Test func whatTheProcessorLacksIsSaid() throws {
    let error = #expect(throws: TensorError.self) {
      try Self.mixed(.none) { try pattern(1, [2, 2]).dense(weight: pattern(2, [2, 2])) }
    }
    #expect(
      error?.message.hasPrefix(
        "Mixed precision in bfloat16 needs a processor with AVX512_BF16 or AMX, and this one offers "
      ) == true)
    #expect(error?.message.contains("use Precision.float32") == true)
    BFloat16Units.with(.none) { #expect(Precision.mixedBFloat16.isAvailable == false) }
    #expect(Precision.float32.isAvailable)
  }

  @Test func theSameUnitsAreChosenAgain() {
    #expect((0..<10).allSatisfy { _ in BFloat16Units.current == BFloat16Units.current })
  }

  /// No batch is too small or empty.
  @Test(arguments: [0, 1, 15, 16, 17]) func everyBatchWorks(_ count: Int) throws {
    for units in [BFloat16Units.float, .bfloat16] where Self.has(units) {
      let (x, weight) = (pattern(1, [count, 6]), Parameter(pattern(2, [3, 6]), name: "weight"))
      let expected = try x.roundedToBFloat16.dense(weight: weight.value.roundedToBFloat16)
      try Self.mixed(units) {
        let tape = Tape()
        let output = try x.dense(weight: tape.watch(weight))
        #expect(try distance(output, expected) < 1e-6)
        #expect(try tape.gradients(of: output.sum())[weight]?.shape == [3, 6])
      }
    }
  }

  /// Steps after the first ask the system for no memory.
  @Test func aSteadyStepAllocatesNothing() throws {
    let weight = Parameter(pattern(2, [8, 4, 3, 3]), name: "weight")
    let x = pattern(1, [4, 12, 12, 4])
    func step() throws {
      let tape = Tape()
      let y = try x.convolved(with: tape.watch(weight), padding: 1).relu()
      _ = try tape.gradients(of: (y * y).sum())
    }
    for units in [BFloat16Units.float, .bfloat16] where Self.has(units) {
      try StoragePool.withOwn {
        try Self.mixed(units) {
          for _ in 0..<3 { try step() }
          let before = StoragePool.statistics.allocations
          for _ in 0..<3 { try step() }
          #expect(StoragePool.statistics.allocations == before)
        }
      }
    }
  }
}
