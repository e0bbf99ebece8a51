/// Ticks of a linear axis by the extended Wilkinson search.
///
/// Every candidate labelling is scored by how simple its numbers are, how well it covers the data
/// and how close it comes to the wished density; the best one wins.
///
/// Source: J. Talbot, S. Lin, P. Hanrahan, "An Extension of Wilkinson's Algorithm for Positioning
/// Tick Labels on Axes", InfoVis 2010, doi:10.1109/TVCG.2010.130. Legibility is constant here.
package struct LinearTicks {
  private static let nice: [Double] = [1, 5, 2, 2.5, 4, 3]
  private static let weights = (simplicity: 0.25, coverage: 0.2, density: 0.5, legibility: 0.05)

  let low: Double
  let high: Double
  let wished: Int
  private var best: (score: Double, start: Double, step: Double, count: Int)

  /// About `wished` round values over `low...high`; they may reach a little beyond either end.
  package static func values(from low: Double, to high: Double, about wished: Int) -> [Double] {
    guard low.isFinite, high.isFinite, high > low, (high - low).isFinite else { return [low] }
    var search = LinearTicks(
      low: low, high: high, wished: max(2, wished), best: (-2, low, high - low, 2))
    search.run()
    let (_, start, step, count) = search.best
    return (0..<count).map { index in
      let value = (start / step + Double(index)) * step
      return abs(value) < step * 1e-9 ? 0 : value
    }
  }

  private mutating func run() {
    for skip in 1...10 {
      for (rank, base) in Self.nice.enumerated() {
        let simplicity = self.simplicity(rank: rank, skip: skip, hasZero: true)
        if bound(simplicity, 1, 1) < best.score { return }
        tryCounts(base: base, skip: skip, rank: rank, simplicity: simplicity)
      }
    }
  }

  private mutating func tryCounts(base: Double, skip: Int, rank: Int, simplicity: Double) {
    for count in 2...max(12, 2 * wished) {
      let density = densityBound(count)
      if bound(simplicity, 1, density) < best.score { return }
      let delta = (high - low) / Double(count + 1) / Double(skip) / base
      let first = Int(decimalLogarithm(delta).rounded(.up))
      for exponent in first..<(first + 3) {
        let step = Double(skip) * base * scale(exponent)
        let coverage = coverageBound(span: step * Double(count - 1))
        if bound(simplicity, coverage, density) < best.score { break }
        tryStarts(step: step, count: count, skip: skip, rank: rank)
      }
    }
  }

  private mutating func tryStarts(step: Double, count: Int, skip: Int, rank: Int) {
    let fine = step / Double(skip)
    let least = (high / step).rounded(.down) * Double(skip) - Double((count - 1) * skip)
    let most = (low / step).rounded(.up) * Double(skip)
    guard least <= most, most - least < 1000 else { return }
    for offset in stride(from: least, through: most, by: 1) {
      let start = offset * fine
      let end = start + step * Double(count - 1)
      let phase = (start / step).remainder(dividingBy: 1)
      let hasZero = abs(phase) < 1e-10 && start <= step * 1e-10 && end >= -step * 1e-10
      let score = bound(
        simplicity(rank: rank, skip: skip, hasZero: hasZero), coverage(start, end),
        density(count, start, end))
      if score > best.score { best = (score, start, step, count) }
    }
  }

  private func scale(_ exponent: Int) -> Double { raised(10, to: exponent) }

  private func bound(_ simplicity: Double, _ coverage: Double, _ density: Double) -> Double {
    let weights = Self.weights
    return weights.simplicity * simplicity + weights.coverage * coverage
      + weights.density * density + weights.legibility
  }

  private func simplicity(rank: Int, skip: Int, hasZero: Bool) -> Double {
    1 - Double(rank) / Double(Self.nice.count - 1) - Double(skip) + (hasZero ? 1 : 0)
  }

  private func coverage(_ start: Double, _ end: Double) -> Double {
    let tenth = 0.1 * (high - low)
    return 1 - 0.5 * ((high - end) * (high - end) + (low - start) * (low - start))
      / (tenth * tenth)
  }

  private func coverageBound(span: Double) -> Double {
    guard span > high - low else { return 1 }
    let half = (span - (high - low)) / 2
    return coverage(low - half, high + half)
  }

  private func density(_ count: Int, _ start: Double, _ end: Double) -> Double {
    let got = Double(count - 1) / (end - start)
    let wanted = Double(wished - 1) / (max(end, high) - min(start, low))
    return 2 - max(got / wanted, wanted / got)
  }

  private func densityBound(_ count: Int) -> Double {
    count >= wished ? 2 - Double(count - 1) / Double(wished - 1) : 1
  }
}
