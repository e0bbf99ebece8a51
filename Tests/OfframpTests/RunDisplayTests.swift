import Offramp
import Testing

@Suite struct RunDisplayTests {
  @Test func aRunShowsItsExitsAndCurves() throws {
    let html = try #require(Fixtures.run().display.html)
    for part in [
      "Toy, mixed on toys, seed 0", "1\u{A0}min 11\u{A0}s", "87.5", "Validation accuracy",
    ] {
      #expect(html.contains(part))
    }
    #expect(html.components(of: "<svg") == 2)
    #expect(html.contains(">everything</text>"))
  }

  @Test func runsAreOneTable() throws {
    let runs = try [Fixtures.run(.joint), Fixtures.run(.mixed)]
    let html = try #require(runs.display.html)
    #expect(html.components(of: "<tr>") == 3)
    #expect(runs.display.plainText.contains("joint") && runs.display.plainText.contains("mixed"))
  }

  @Test func learningCurvesAreAveraged() throws {
    let runs = try [
      Fixtures.run(.joint, seed: 0), Fixtures.run(.joint, seed: 1), Fixtures.run(.mixed),
    ]
    let chart = runs.chart(.loss, against: .epoch)
    #expect(chart.marks.count == 3)
    #expect(chart.y.title == "Cross-entropy")
    #expect(runs.chart(.accuracy, against: .epoch).y.format == .percent)
  }

  @Test func theFigureOfThePapers() throws {
    let data = try Dataset(
      name: "toys", images: (0..<(40 * 64)).map { Float($0 * 37 % 101) / 100 },
      labels: (0..<40).map { $0 % 4 }, shape: [8, 8, 1], classes: 4)
    let runs = try [Regime.disjoint, .joint].map { try Fixtures.run($0, data: data) }
    let chart = runs.chart(.accuracy, against: .multiplyAdds)
    #expect(chart.notes.isEmpty)
    #expect(chart.marks.count == 4)
    #expect(try runs.budgetTable().rows.map(\.name) == ["disjoint", "joint"])
  }

  @Test func aGalleryShowsWhoLeavesWhere() throws {
    let data = try Dataset(
      name: "toys", images: (0..<(40 * 64)).map { Float($0 * 37 % 101) / 100 },
      labels: (0..<40).map { $0 % 4 }, shape: [8, 8, 1], classes: 4,
      classNames: ["ant", "bee", "cow", "dog"])
    let run = try Fixtures.run(data: data)
    let outcome = try run.evaluate().leaving(at: .confidence(0.3))
    let bundle = try outcome.gallery(of: data).display
    let svg = try #require(bundle.svg)
    #expect(svg.components(of: "<image ") == min(data.test.count, 36))
    #expect(svg.contains("early") && bundle.plainText.contains("late"))
    #expect(throws: InferenceError.self) { try outcome.gallery(of: data.train) }
    #expect(run.chart(.accuracy, against: .multiplyAdds).marks.count == 2)
    #expect(run.chart(.loss, against: .epoch).y.title == "Cross-entropy")
  }

  @Test func aRunWithoutImagesIsSaid() throws {
    let run = try Fixtures.run()
    #expect(throws: InferenceError.self) { try run.evaluate() }
    let chart = [run].chart(.accuracy, against: .multiplyAdds)
    #expect(chart.notes.joined().contains("run.evaluate(on: data.test)"))
    #expect([run].chart(.loss, against: .threshold).notes.joined().contains("against: .epoch"))
  }
}
