import Offramp
import Testing

@Suite struct ResultDisplayTests {
  @Test func exitLogitsShowExitsAndCurve() throws {
    let bundle = try Fixtures.logits().display
    let html = try #require(bundle.html)
    for part in [
      "early", "middle", "late", "90 samples", "Accuracy against cost", "<table", "<svg",
    ] {
      #expect(html.contains(part))
    }
    #expect(bundle.plainText.contains("early"))
  }

  @Test func aDistributionIsSplitByDifficulty() throws {
    let outcome = try Fixtures.logits().leaving(at: .confidence(0.8))
    let bars = outcome.chart.marks.compactMap { if case .bars(let bars) = $0 { bars } else { nil } }
    #expect(bars.map(\.label) == ["easiest third", "middle third", "hardest third"])
    for third in bars { #expect(abs(third.values.reduce(0, +) - 1) < 1e-12) }
    #expect(bars[0].values[0] > bars[2].values[0])
    #expect(outcome.chart.notes.isEmpty)
    let html = try #require(outcome.display.html)
    #expect(html.contains("mean difficulty") && html.contains("confidence &gt; 0.8"))
  }

  @Test func aStaticExitIsCalledOne() throws {
    let outcome = try Fixtures.logits().leaving(at: .confidence(1))
    #expect(outcome.chart.notes.joined().contains("Move the threshold."))
  }

  @Test func theFigureAveragesSeeds() throws {
    let seeds = try (1...3).map { try Fixtures.logits(seed: $0) }
    var figure = EarlyExitFigure([
      (name: "joint", logits: seeds), (name: "one", logits: [seeds[0]]),
    ])
    figure.cost = .costFraction
    let chart = figure.chart
    let kinds = chart.marks.map { mark in
      switch mark {
      case .band(let band): "band \(band.label ?? "")"
      case .line(let line): "line \(line.label ?? "")"
      case .points(let points): "\(points.points.count) points \(points.label ?? "")"
      case .bars, .rule: "other"
      }
    }
    #expect(
      kinds == [
        "band joint", "line joint", "3 points joint", "line one", "3 points one",
      ])
    #expect(chart.subtitle.contains("over 3 runs"))
    #expect(chart.x.format == .percent && chart.y.format == .percent)
  }

  @Test func aSeriesThatCannotBeDrawnIsSaid() throws {
    var figure = EarlyExitFigure([(name: "a", logits: [try Fixtures.logits()])])
    figure.thresholds = .even(1)
    #expect(figure.chart.marks.isEmpty)
    #expect(figure.chart.notes.joined().contains("“a” is left out"))
    #expect(figure.chart.svg.contains("no data"))
  }

  @Test func budgetsAndCurves() throws {
    let curve = try Fixtures.logits().sweep()
    #expect(try #require(curve.display.html).contains("max (best τ)"))
    let table = try curve.budgetTable()
    #expect(try #require(table.display.html).contains("<td"))
    #expect(table.display.plainText == table.description)
  }

  @Test func listsAreTables() throws {
    let exits = try Fixtures.network.exits
    #expect(try #require(exits.display.html).contains("parameters of the head"))
    #expect([ExitInfo]().display.plainText == "no exits")
    let alone = try Fixtures.logits().staticExits()
    #expect(bundle(for: alone).html != nil)
    #expect(bundle(for: [1, 2]).plainText == "[1, 2]")
  }
}
