import Display
import Offramp
import Tensors
import Testing

/// The sizes that `%vars` gives for values of the library.
@Suite struct VariableSizeTests {
  private func size(_ table: MIMEBundle) -> String? {
    table.plainText.firstMatch(of: #/(?:≥ )?[\d.]+ k?M?B/#).map { String($0.0) }
  }

  @Test func aTensorIsCountedByItsScalars() throws {
    let tensor = try Tensor([Float](repeating: 0, count: 250_000), shape: [500, 500])
    #expect(tensor.memoryBytes == 1_000_000)
    let table = CellHooks.table([CellHooks.variable("x", cell: 1, [tensor, tensor])])
    #expect(size(table) == "2.0 MB", "\(table.plainText)")
  }
}
