import Tensors
import Testing

@Suite struct EngineTests {
  @Test func engineSaysWhatItIs() {
    #expect(Engine.version.split(separator: ".").count == 3)
    #expect(!Engine.instructionSet.isEmpty)
    #expect(Tensors.threads >= 1)
  }

  /// The library under the operations ends the process when the system has no more threads.
  @Test(arguments: [Int.min, 0, 65, 100_000, .max]) func threadsThatNobodyHas(_ count: Int) throws {
    let before = Tensors.threads
    defer { Tensors.threads = before }
    Tensors.threads = count
    #expect((1...max(64, before)).contains(Tensors.threads))
    Tensors.threads = before
    Tensors.withThreads(count) { #expect((1...max(64, before)).contains(Tensors.threads)) }
    let x = Tensor.ones([1 << 20])
    let sum = try Tensors.withThreads(min(count, 5)) { try (x.relu() * 2).sum().scalar() }
    #expect(sum == 2 * 1_048_576)
  }

  @Test func blocksAreAligned() throws {
    for count in [1, 15, 16, 17, 129, 1000, 4097, 100_000] {
      let x = Tensor.zeros([count])
      x.withUnsafeBuffer { #expect(Int(bitPattern: $0.baseAddress) % 64 == 0) }
    }
  }
}

/// What lets executed early exit run with batches of any size.
@Suite struct BatchSizeTests {
  @Test(arguments: [1, 3, 16, 21, 31, 257, 300]) func runsAreTheWholeBatch(count: Int) throws {
    var random = Random(seed: 4)
    let x = Tensor.normal(shape: [count, 6, 6, 16], using: &random)
    let weight = pattern(2, [16, 16, 3, 3])
    let whole = try x.convolved(with: weight, padding: 1)
    for i in Set([0, count / 2, count - 1]) {
      let one = try x.rows([i]).convolved(with: weight, padding: 1)
      let difference = try (whole.rows([i]) - one).scalars.map(abs).max() ?? 1
      #expect(difference < 1e-4, "row \(i) of \(count)")
    }
  }
}
