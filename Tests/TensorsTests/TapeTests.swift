import Tensors
import Testing

/// A tape serves one backward pass after the other; what is from before a pass is refused.
@Suite struct TapeTests {
  private static func message(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return "no error"
  }

  private let weight = Parameter(pattern(1, [2, 3]), name: "w")

  @Test func aSecondPassFromTheSameLossIsRefused() throws {
    let tape = Tape()
    let loss = try (tape.watch(weight) * 2).sum()
    #expect(try tape.gradients(of: loss)[weight] == .filled(2, shape: [2, 3]))
    let says = Self.message { _ = try tape.gradients(of: loss) }
    #expect(says.contains("from before its last backward pass"), "\(says)")
    #expect(says.contains("add losses up before gradients(of:)"), "\(says)")
  }

  /// Its place might be that of another value by now: the gradient would be a wrong one.
  @Test func aValueFromBeforeAPassIsRefused() throws {
    let tape = Tape()
    let old = try tape.watch(weight) * 3
    _ = try tape.gradients(of: old.sum())
    for operation in [
      { try old * 2 }, { try old + tape.watch(weight) }, { try old.relu() }, { try old.sum() },
      { try old.dense(weight: .ones([4, 3])) }, { try .concatenated([old, tape.watch(weight)]) },
      { try old.layerNormalized(scale: .ones([3]), shift: .zeros([3])) },
    ] as [() throws -> Tensor] {
      let says = Self.message { _ = try operation() }
      #expect(says.contains("from before its last backward pass"), "\(says)")
    }
    let loss = try (old.stoppingGradient() * tape.watch(weight)).sum()
    #expect(try tape.gradients(of: loss)[weight] == weight.value * 3)
  }

  @Test func passesFollowOneAnother() throws {
    let tape = Tape()
    for factor in 1...5 {
      let loss = try (tape.watch(weight) * Float(factor)).sum()
      #expect(try tape.gradients(of: loss)[weight] == .filled(Float(factor), shape: [2, 3]))
    }
  }

  /// After a mistake on the way back too.
  @Test func aLossThatIsNoNumberLeavesTheTapeAsItWas() throws {
    let tape = Tape()
    let value = try tape.watch(weight) * 2
    #expect(Self.message { _ = try tape.gradients(of: value) }.contains("single number"))
    #expect(try tape.gradients(of: value.sum())[weight] == .filled(2, shape: [2, 3]))
  }

  @Test func twoLossesAddUp() throws {
    let tape = Tape()
    let x = tape.watch(weight)
    let loss = try x.sum() + (x * x).sum()
    let expected = try weight.value * 2 + 1
    #expect(try tape.gradients(of: loss)[weight] == expected)
  }
}
