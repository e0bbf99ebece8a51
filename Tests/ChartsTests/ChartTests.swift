import Charts
import Testing

@Suite struct ChartTests {
  @Test(arguments: Samples.all.map(\.name))
  func drawsAsBefore(_ name: String) throws {
    let chart = try #require(Samples.all.first { $0.name == name }).chart
    #expect(chart.svg == chart.svg)
    try expectGolden(chart.svg + "\n", name)
  }

  @Test func anEmptyChartSaysSo() {
    #expect(Samples.empty.svg.contains("no data"))
    #expect(Samples.empty.description.contains("no data"))
    #expect(Chart(marks: []).svg.contains("no data"))
  }

  @Test func valuesWithoutPlaceAreCounted() {
    let svg = Samples.damaged.svg
    #expect(svg.contains("2 values are not finite, left out."))
    #expect(svg.contains("1 value is zero or less, left out of the logarithmic axis."))
    #expect(!svg.contains("NaN") && !svg.contains("inf"))
  }

  private static let tiny = Double.leastNonzeroMagnitude
  private static let extremes: [[(Double, Double)]] = [
    [(0, 0)], [(1, 5), (1, 5)], [(1e300, -1e300), (-1e300, 1e300)], [(tiny, tiny)],
    [(0, tiny), (tiny, 0)], [(1.7e308, 1.7e308), (-1.7e308, -1.7e308)],
    [(5, 1e-12), (5.000000001, 1e-12)],
  ]

  @Test(arguments: extremes)
  func extremeValuesDraw(_ points: [(Double, Double)]) {
    for scale in [AxisScale.linear, .log] {
      let chart = Chart { Line(points, label: "a") }.xAxis("x", scale: scale)
        .yAxis("y", scale: scale)
      #expect(!chart.svg.contains("NaN"))
      #expect(!chart.description.isEmpty)
    }
  }

  @Test func unusableDomainsAreSaid() {
    let chart = Chart { Line([(1, 1), (2, 2)]) }.xAxis("x", scale: .log, domain: -1...1)
    #expect(chart.svg.contains("The x axis cannot show its given domain."))
  }

  @Test func textIsEscaped() {
    #expect(Samples.damaged.svg.contains("a &lt; b &amp; &quot;c&quot; &gt; d"))
  }

  @Test func twoChartsShareNoIdentifier() {
    #expect(identifiers(Samples.regimes.svg).isDisjoint(with: identifiers(Samples.bars.svg)))
  }

  @Test func longLinesCostPixelsNotPoints() {
    let xs = (0..<200_000).map(Double.init)
    #expect(Chart { Line(x: xs, y: xs) }.svg.utf8.count < 60_000)
  }

  @Test func aTerminalSeesTheCourse() {
    let text = Samples.learning.description
    #expect(text.contains("Accuracy against Epoch"))
    #expect(text.contains("stage 1") && text.contains("█"))
  }

  private func identifiers(_ svg: String) -> Set<Substring> {
    Set(svg.split(separator: " ").filter { $0.hasPrefix("id=") })
  }
}
