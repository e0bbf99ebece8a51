/// Ticks of a logarithmic axis: decades, then 1-2-5, then round values on a short span.
package enum LogarithmicTicks {
  /// Labelled values and, between them, unlabelled ones; all within `low...high`, both positive.
  package static func values(
    from low: Double, to high: Double, about wished: Int
  ) -> (major: [Double], minor: [Double]) {
    let first = Int(decimalLogarithm(low).rounded(.down))
    let last = Int(decimalLogarithm(high).rounded(.up))
    func isInside(_ value: Double) -> Bool {
      value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)
    }
    func multiples(_ factors: [Double]) -> [Double] {
      var values: [Double] = []
      for exponent in first...last {
        // Dividing by a whole power keeps 0.2 exact where multiplying by 0.1 would not.
        for factor in factors {
          values.append(
            exponent < 0 ? factor / powerOfTen(-exponent) : factor * powerOfTen(exponent))
        }
      }
      return values.filter(isInside)
    }
    let minor = last - first > 8 ? [] : multiples([1, 2, 3, 4, 5, 6, 7, 8, 9])
    let decades = multiples([1])
    if decades.count > wished {
      let every = (decades.count + wished - 1) / wished
      return (stride(from: 0, to: decades.count, by: every).map { decades[$0] }, decades)
    }
    let candidates = [multiples([1, 2, 5]), multiples([1, 3]), decades]
    if let major = candidates.first(where: { $0.count <= wished + 2 }), major.count >= 3 {
      return (major, minor)
    }
    let round = LinearTicks.values(from: low, to: high, about: wished)
    return (round.filter { $0 > 0 && isInside($0) }, [])
  }
}
