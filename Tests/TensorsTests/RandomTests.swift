import Tensors
import Testing

@Suite struct RandomTests {
  @Test func theSameSeedGivesTheSameNumbers() {
    var (a, b) = (Random(seed: 7), Random(seed: 7))
    #expect((0..<100).allSatisfy { _ in a.next() == b.next() })
    var c = Random(seed: 8)
    #expect(a.next() != c.next())
  }

  @Test func theStreamIsFixedForever() {
    var random = Random(seed: 0)
    #expect((0..<3).map { _ in random.next() } == Self.stream)
  }

  static let stream: [UInt64] = [
    0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4, 0x06C4_5D18_8009_454F,
  ]

  @Test func splittingDoesNotAdvance() {
    var a = Random(seed: 7)
    let b = a
    let (first, second) = (a.split(0), a.split(1))
    #expect(a == b)
    #expect(first != second)
    var (x, y) = (first, a)
    #expect(x.next() != y.next())
    #expect(a.split(0) == first)
    _ = a.next()
  }

  @Test func momentsAreThoseOfTheDistributions() {
    var random = Random(seed: 1)
    let n = 200_000
    let normal = (0..<n).map { _ in Double(random.normal()) }
    let mean = normal.reduce(0, +) / Double(n)
    let variance = normal.reduce(0) { $0 + $1 * $1 } / Double(n)
    let fourth = normal.reduce(0) { $0 + $1 * $1 * $1 * $1 } / Double(n)
    #expect(abs(mean) < 0.01 && abs(variance - 1) < 0.02 && abs(fourth - 3) < 0.1)
    let uniform = (0..<n).map { _ in Double(random.uniform()) }
    #expect(uniform.allSatisfy { (0..<1).contains($0) })
    #expect(abs(uniform.reduce(0, +) / Double(n) - 0.5) < 0.005)
  }

  @Test func permutationsHoldEveryNumberOnce() {
    var random = Random(seed: 2)
    for n in [0, 1, 2, 57] { #expect(random.permutation(n).sorted() == Array(0..<n)) }
    #expect(random.permutation(57) != random.permutation(57))
  }
}
