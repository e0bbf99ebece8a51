import Foundation
import Inference
import Networks
import Tensors
import Testing

/// Files of exit logits whose numbers cannot be are errors.
@Suite struct ExitLogitsFileTests {
  private static let logits = Result {
    try ExitLogits(
      exits: [
        ExitLogits.Exit(name: "a", multiplyAdds: 1, lazyMultiplyAdds: 1),
        ExitLogits.Exit(name: "b", multiplyAdds: 2, lazyMultiplyAdds: 2),
      ], labels: [0, 1, 2], classes: 3,
      logits: [Array(repeating: 0.5, count: 9), Array(repeating: 0.25, count: 9)], difficulty: nil)
  }

  private func says(_ change: (inout Checkpoint) throws -> Void) throws -> String {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("offramp-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Self.logits.get().save(to: path)
    var file = try Checkpoint(contentsOf: path)
    try change(&file)
    try file.write(to: path)
    do { _ = try ExitLogits(contentsOf: path) } catch { return "\(error)" }
    return "no error"
  }

  @Test func asItWasWrittenItIsRead() throws {
    #expect(try says { _ in } == "no error")
  }

  @Test(arguments: [Float.nan, .infinity, 1e30, 1.5, -1, 3])
  func aLabelThatIsNoneIsNamed(_ label: Float) throws {
    let says = try says { $0.tensors["labels"] = try Tensor([0, label, 2], shape: [3]) }
    #expect(
      says.contains("Label ") && says.contains("of sample 1 is outside the 3 classes"), "\(says)")
  }

  @Test func whatIsMissingOrMisshapenIsNamed() throws {
    #expect(try says { $0.tensors["logits"] = .zeros([2, 9]) }.contains("holds no exit logits"))
    let short = try says { $0.tensors["labels"] = .zeros([2]) }
    #expect(short.contains("need 6 logits"), "\(short)")
    let nameless = try says { $0.metadata["exit.1.name"] = nil }
    #expect(nameless.contains("does not say what exit 1 is called"), "\(nameless)")
    let odd = try says { $0.tensors["logits"] = .filled(.nan, shape: [2, 3, 3]) }
    #expect(odd.contains("not a finite number"), "\(odd)")
  }
}
