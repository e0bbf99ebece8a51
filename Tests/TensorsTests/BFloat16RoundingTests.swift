import Tensors
import Testing

/// Rounding to bfloat16: to the nearest, ties to even.
@Suite struct BFloat16RoundingTests {
  private func rounded(_ values: Float...) throws -> [Float] {
    try Tensor(values, shape: [values.count]).roundedToBFloat16.scalars
  }

  @Test func theNearestIsTakenAndTiesGoToEven() throws {
    // Between 1 and 2 bfloat16 numbers are 1/128 apart.
    let step: Float = 1 / 128
    #expect(try rounded(1 + 0.4 * step, 1 + 0.6 * step) == [1, 1 + step])
    #expect(try rounded(1 + 0.5 * step, 1 + 1.5 * step) == [1, 1 + 2 * step])
    #expect(try rounded(-1 - 0.5 * step, -1 - 1.5 * step) == [-1, -1 - 2 * step])
    #expect(
      try rounded((1 + 0.5 * step).nextUp, (1 + 1.5 * step).nextDown) == [1 + step, 1 + step])
  }

  @Test func whatIsABFloat16AlreadyStays() throws {
    let all = (UInt16.min...UInt16.max).map { Float(bitPattern: UInt32($0) << 16) }
      .filter { !$0.isNaN }
    let back = try Tensor(all, shape: [all.count]).roundedToBFloat16.scalars
    #expect(zip(all, back).allSatisfy { $0.bitPattern == $1.bitPattern })
  }

  @Test func notANumberAndInfinityStayWhatTheyAre() throws {
    let odd = try rounded(.infinity, -.infinity, .nan, Float(bitPattern: 0x7F80_0001), -.nan)
    #expect(odd[0] == .infinity && odd[1] == -.infinity)
    #expect(odd[2].isNaN && odd[3].isNaN && odd[4].isNaN)
    #expect(odd.allSatisfy { $0.bitPattern & 0xFFFF == 0 })
  }

  @Test func theLargestFloatsRoundToInfinity() throws {
    let largest = Float(bitPattern: 0x7F7F_0000)
    #expect(try rounded(.greatestFiniteMagnitude, largest) == [.infinity, largest])
    #expect(try rounded(Float(bitPattern: 0x7F7F_7FFF)) == [largest])
  }

  @Test func subnormalNumbersAreRoundedLikeOthers() throws {
    let least = Float(bitPattern: 0x0001_0000)
    #expect(try rounded(least, 0.4 * least, 0.6 * least, -least) == [least, 0, least, -least])
    let zeros = try rounded(0, -0.0)
    #expect(zeros[0].sign == .plus && zeros[1].sign == .minus && zeros == [0, 0])
  }

  /// Parts that threads share, and rests that fill no vector.
  @Test(arguments: [1, 15, 17, 32_767, 32_769, 300_001]) func everyCountIsRounded(
    _ count: Int
  ) throws {
    var random = Random(seed: 1)
    let x = Tensor.normal(shape: [count], using: &random)
    let expected = x.scalars.map { value in
      let (low, high) = (value.bitPattern & 0xFFFF_0000, (value.bitPattern | 0xFFFF) &+ 1)
      let (below, above) = (Float(bitPattern: low), Float(bitPattern: high))
      let (down, up) = (abs(value - below), abs(above - value))
      return down < up || (down == up && low & 0x10000 == 0) ? below : above
    }
    #expect(x.roundedToBFloat16.scalars == expected)
  }

  @Test func theTensorThatIsRoundedStays() throws {
    let x = pattern(1, [100])
    let before = x.scalars
    _ = x.roundedToBFloat16
    #expect(x.scalars == before)
  }
}
