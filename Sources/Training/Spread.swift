import Tensors

/// A number over several seeds: its mean and how far the seeds scatter.
public struct Spread: Hashable, Codable, Sendable {
  /// What the number is of, such as an exit's name.
  public var name: String
  /// The values, one a seed.
  public var values: [Double]

  /// The spread of some values.
  public init(_ name: String, _ values: [Double]) {
    self.name = name
    self.values = values
  }

  /// The mean; not a number if there are no values.
  public var mean: Double { values.reduce(0, +) / Double(values.count) }

  /// The standard deviation, unbiased (n − 1), as the papers give it; nil for fewer than two values.
  public var deviation: Double? {
    if values.count < 2 { return nil }
    let mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares / Double(values.count - 1)).squareRoot()
  }
}

extension Collection<Run> {
  /// The validation accuracy of each exit after training, over these runs; runs without one are
  /// left out.
  ///
  /// ```swift
  /// let runs = try (0..<4).map { try net.train(.mixed, on: data, epochs: 20, seed: $0) }
  /// runs.validationAccuracies.map { ($0.name, $0.mean, $0.deviation) }
  /// ```
  ///
  /// - Precondition: All runs have the same exits.
  public var validationAccuracies: [Spread] {
    guard let exits = first?.record.exits else { return [] }
    ensure(
      allSatisfy { $0.record.exits == exits },
      "Accuracies can be put together only over runs with the same exits.")
    let rows = compactMap(\.validationAccuracies)
    return exits.indices.map { exit in Spread(exits[exit], rows.map { $0[exit] }) }
  }

  /// The runs by regime, in the order in which regimes first appear.
  public var byRegime: [(regime: Regime, runs: [Run])] {
    var order: [Regime] = []
    for run in self where !order.contains(run.regime) { order.append(run.regime) }
    return order.map { regime in (regime, filter { $0.regime == regime }) }
  }
}
