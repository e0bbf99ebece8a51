import Inference
import Testing

@Suite struct CurveTests {
  @Test func costFollowsTheThreshold() throws {
    let logits = try Synthetic.logits()
    for thresholds in [Thresholds.even(100), .quantiles(100)] {
      for isStrict in [true, false] {
        let up = try logits.sweep(.confidence, thresholds: thresholds, isStrict: isStrict)
        #expect(
          zip(up.points, up.points.dropFirst()).allSatisfy { $0.multiplyAdds <= $1.multiplyAdds })
        let down = try logits.sweep(.entropy, thresholds: thresholds, isStrict: isStrict)
        #expect(
          zip(down.points, down.points.dropFirst()).allSatisfy {
            $0.multiplyAdds >= $1.multiplyAdds
          })
        #expect(up.points.count == 100)
        #expect(up.points.first?.multiplyAdds == 100)
        #expect(up.points.last?.multiplyAdds == (isStrict ? 420 : up.points.last?.multiplyAdds))
        #expect(up.points.allSatisfy { $0.distribution.reduce(0, +) == 400 })
      }
    }
  }

  @Test func evenThresholdsAreEven() throws {
    let curve = try Synthetic.logits().sweep(thresholds: .even(5))
    #expect(curve.points.map(\.threshold) == [0, 0.25, 0.5, 0.75, 1])
    let own = try Synthetic.logits().sweep(thresholds: .values([0.9, 0.1]))
    #expect(own.points.map(\.threshold) == [0.1, 0.9])
  }

  /// Scores crowded near 1: quantiles still spread the cost, where even thresholds leave a gap.
  @Test func quantilesFillTheGap() throws {
    let plain = try Synthetic.logits()
    let sharp = try ExitLogits(
      exits: plain.exits, labels: plain.labels, classes: plain.classes,
      logits: plain.logits.map { $0.map { $0 * 30 } })
    func widestGap(_ curve: Curve) -> Double {
      zip(curve.points, curve.points.dropFirst()).map { $1.multiplyAdds - $0.multiplyAdds }.max()
        ?? 0
    }
    let even = widestGap(try sharp.sweep(thresholds: .even(100)))
    let quantiles = widestGap(try sharp.sweep(thresholds: .quantiles(100)))
    #expect(quantiles < even)
  }

  @Test func staticExitsAreTheExits() throws {
    let logits = try Synthetic.logits()
    let points = logits.staticExits()
    #expect(points.map(\.accuracy) == logits.accuracies)
    #expect(points.map(\.multiplyAdds) == [100, 250, 420])
    #expect(points[0].costFraction == 0.25)
    #expect(logits.staticExits(counting: .lastHeadOnly).last?.costFraction == 1)
  }

  @Test func badThresholdsAreSentences() throws {
    let logits = try Synthetic.logits()
    #expect(throws: InferenceError("The confidence threshold is 2.0; it must lie in 0…1.")) {
      try logits.sweep(thresholds: .values([0.5, 2]))
    }
    #expect(throws: InferenceError.self) { try logits.sweep(thresholds: .even(1)) }
    #expect(throws: InferenceError.self) { try logits.sweep(thresholds: .values([])) }
  }

  @Test func aBudgetTakesTheDearestAffordablePoint() throws {
    let curve = try Synthetic.logits().sweep()
    // The plain network costs 400; the cheapest exit 100.
    #expect(curve.accuracy(within: 0.2) == nil)
    let affordable = try #require(curve.points.last { $0.multiplyAdds <= 200 })
    #expect(curve.accuracy(within: 0.5) == affordable.accuracy)
    #expect(curve.accuracy(within: 0.25) == curve.points[0].accuracy)
    #expect(curve.accuracy(within: 100) == curve.points.last?.accuracy)
  }

  @Test func theTableHasBothMaxima() throws {
    let curve = try Synthetic.logits().sweep()
    let table = try curve.budgetTable([0.2, 1])
    #expect(table.rows[0].accuracies[0] == nil)
    #expect(table.rows[0].maximumAtLastThreshold.mean == curve.points.last?.accuracy)
    #expect(table.rows[0].maximumOverSweep.mean == curve.points.map(\.accuracy).max())
    let down = try Synthetic.logits().sweep(.entropy)
    #expect(
      try down.budgetTable().rows[0].maximumAtLastThreshold.mean == down.points.first?.accuracy)
    let lines = table.description.split(separator: "\n")
    #expect(lines[0] == "accuracy in % at  20 %  100 %  max (last τ)  max (best τ)")
    #expect(lines[1].hasPrefix("confidence           –"))
    #expect(throws: InferenceError.self) { try curve.budgetTable([0]) }
  }

  @Test func seedsAreAveraged() throws {
    let curves = try (0..<4).map { try Synthetic.logits(seed: $0).sweep() }
    let average = try AverageCurve(curves)
    #expect(average.points.count == 100)
    let ends = curves.map { $0.points[99].accuracy }
    let mean = ends.reduce(0, +) / 4
    #expect(abs(average.points[99].accuracy.mean - mean) < 1e-12)
    let variance = ends.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 3
    #expect(abs(average.points[99].accuracy.deviation - variance.squareRoot()) < 1e-12)
    let table = try BudgetTable([("four seeds", curves), ("one", [curves[0]])])
    #expect(table.description.contains("±"))
    #expect(table.rows[0].accuracies.last??.count == 4)
    #expect(throws: InferenceError.self) { try AverageCurve([]) }
    #expect(throws: InferenceError.self) {
      try AverageCurve([curves[0], Synthetic.logits().sweep(thresholds: .even(3))])
    }
  }
}
