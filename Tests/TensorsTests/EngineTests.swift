import Tensors
import Testing

@Suite struct EngineTests {
  @Test func engineSaysWhatItIs() {
    #expect(Engine.version.split(separator: ".").count == 3)
    #expect(!Engine.instructionSet.isEmpty)
    #expect(Tensors.threads >= 1)
  }

  @Test func blocksAreAligned() throws {
    for count in [1, 15, 16, 17, 129, 1000, 4097, 100_000] {
      let x = Tensor.zeros([count])
      x.withUnsafeBuffer { #expect(Int(bitPattern: $0.baseAddress) % 64 == 0) }
    }
  }
}
