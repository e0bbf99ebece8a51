import Tensors
import Testing

/// Values and gradients in mixed precision against PyTorch's autocast to bfloat16, stored by
/// Tests/fixtures/precision.py.
///
/// Autocast also rounds every output to bfloat16, so the two agree to some units of its last place.
@Suite struct PrecisionPyTorchTests {
  @Test(arguments: PrecisionCases.all.map(\.name), [BFloat16Units.float, .bfloat16])
  func agrees(_ name: String, _ units: BFloat16Units) throws {
    guard units == .float || Precision.mixedBFloat16.isAvailable else { return }
    let operation = try #require(PrecisionCases.all.first { $0.name == name })
    let result = try BFloat16Units.with(units) {
      try Tensors.withPrecision(.mixedBFloat16) {
        try gradients(operation.inputs, of: operation.body)
      }
    }
    try expect(result.output, matches: name, tolerance: 0.012)
    for (k, gradient) in result.gradients.enumerated() {
      try expect(gradient, matches: "\(name).\(k)", tolerance: 0.02)
    }
  }

  /// The stored numbers are not those of 32-bit floats: the comparison above could tell.
  @Test func autocastDiffersFromFloats() throws {
    for operation in PrecisionCases.all {
      let expected = try #require(fixtures[operation.name])
      let got = try operation.body(operation.inputs).scalars
      #expect(zip(got, expected).contains { abs($0 - $1) > 5e-4 }, "\(operation.name)")
    }
  }
}
