import Charts
import Testing

@Suite struct TickTests {
  /// The example of R's package `labeling`, where Heckbert's method gives 5, 10, 15.
  @Test func agreesWithThePaper() {
    #expect(LinearTicks.values(from: 8.1, to: 14.1, about: 4) == [8, 10, 12, 14])
  }

  @Test(
    arguments: [
      (0, 1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1]), (0, 100, 5, [0, 25, 50, 75, 100]),
      (-1, 1, 5, [-1, -0.5, 0, 0.5, 1]), (0, 1e9, 3, [0, 5e8, 1e9]),
    ] as [(Double, Double, Int, [Double])])
  func roundValues(_ low: Double, _ high: Double, _ wished: Int, _ expected: [Double]) {
    let ticks = LinearTicks.values(from: low, to: high, about: wished)
    #expect(ticks.count == expected.count)
    for (tick, value) in zip(ticks, expected) { #expect(abs(tick - value) <= 1e-12 * high) }
  }

  /// Whatever the data, ticks are increasing, few, and lie about the data.
  @Test func anyRange() {
    var state: UInt64 = 1
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / Double(1 << 53)
    }
    for _ in 0..<500 {
      let low = (random() - 0.5) * raised(10, to: Int(random() * 20) - 10)
      let high = low + random() * raised(10, to: Int(random() * 12) - 6)
      guard high > low, high - low > 1e-9 * abs(low) else { continue }
      let ticks = LinearTicks.values(from: low, to: high, about: 5)
      #expect((2...12).contains(ticks.count))
      #expect(zip(ticks, ticks.dropFirst()).allSatisfy { $0 < $1 })
      #expect(ticks[0] <= high && ticks[ticks.count - 1] >= low)
    }
  }

  @Test func logarithmicTicks() {
    #expect(
      LogarithmicTicks.values(from: 1, to: 1e6, about: 7).major == [1, 10, 100, 1e3, 1e4, 1e5, 1e6])
    #expect(LogarithmicTicks.values(from: 3, to: 70, about: 5).major == [5, 10, 20, 50])
    #expect(LogarithmicTicks.values(from: 0.1, to: 1, about: 5).major == [0.1, 0.2, 0.5, 1])
    #expect(LogarithmicTicks.values(from: 1e-12, to: 1e12, about: 5).major.count <= 5)
    #expect(LogarithmicTicks.values(from: 4.1e6, to: 4.9e6, about: 5).major.count >= 2)
  }

  @Test(
    arguments: [
      (NumberFormat.si(), 12_500_000, "12.5 M"), (.si(unit: "FLOP"), 40e6, "40 MFLOP"),
      (.si(), 999_999, "1 M"), (.percent, 0.9123, "91.2 %"), (.automatic, 0.00001, "10⁻⁵"),
      (.automatic, 1234, "1234"), (.automatic, 0, "0"), (.si(), 0.002, "2 m"),
      (.plain, -2.5, "−2.5"), (.automatic, .nan, "NaN"), (.percent, 1, "100 %"),
    ] as [(NumberFormat, Double, String)])
  func numbers(_ format: NumberFormat, _ value: Double, _ expected: String) {
    #expect(format.text(value) == expected.replacing(" ", with: "\u{A0}"))
  }

  /// Ticks may start between multiples of their step; no two labels may be the same.
  @Test func labelsTellTicksApart() {
    for format in [NumberFormat.automatic, .percent, .si()] {
      let written = format.labels(linear: [2.15, 2.25, 2.35])
      #expect(Set(written).count == 3)
    }
    #expect(NumberFormat.automatic.labels(linear: [2.15, 2.25]) == ["2.15", "2.25"])
    #expect(NumberFormat.automatic.labels(linear: [0, 0.5, 1]) == ["0.0", "0.5", "1.0"])
  }

  @Test func decimals() {
    #expect(fixed(3.14159, decimals: 2) == "3.14")
    #expect(fixed(-0.004, decimals: 2) == "0.00")
    #expect(fixed(0.05, decimals: 3) == "0.050")
    #expect(coordinate(-12.5) == "-12.5" && coordinate(3.14159) == "3.14" && coordinate(7) == "7")
    #expect(coordinate(0.005) == "0.01" && coordinate(.nan) == "0" && coordinate(-0.001) == "0")
  }
}
