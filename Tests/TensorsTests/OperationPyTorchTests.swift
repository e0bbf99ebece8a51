import Tensors
import Testing

/// Values and gradients of the broader operations against PyTorch's, stored by
/// Tests/fixtures/operations.py.
@Suite struct OperationPyTorchTests {
  private static let operations = Operation.all + Operation.gradientsAlone

  @Test(arguments: operations.map(\.name)) func agrees(_ name: String) throws {
    let operation = try #require(Self.operations.first { $0.name == name })
    let result = try gradients(operation.inputs, of: operation.body)
    try expect(result.output, matches: name)
    for (k, gradient) in result.gradients.enumerated() {
      try expect(gradient, matches: "\(name).\(k)")
    }
  }
}
