import Networks

/// How many epochs were asked for, and in which sense.
public enum EpochBudget: Hashable, Codable, Sendable {
  /// Over all phases together: every regime sees the data equally often.
  case total(Int)
  /// For every phase alike, as a ceiling: what the paper does, with early stopping.
  case perPhase(Int)
}

extension Regime {
  /// The epochs of each phase.
  ///
  /// Phases with epochs of their own keep them. Of a total, the others divide what is left by
  /// their shares, rounded by largest remainders, at least one each.
  ///
  /// - Throws: ``TrainingError`` if the regime has no phases, a number makes no sense, or the
  ///   epochs do not go round.
  public func epochs(for budget: EpochBudget) throws(TrainingError) -> [Int] {
    try validate()
    switch budget {
    case .perPhase(let epochs):
      try Phase.requireEpochs(epochs, "\(name): epochsPerPhase")
      return phases.map { $0.epochs ?? epochs }
    case .total(let epochs):
      try Phase.requireEpochs(epochs, "\(name): epochs")
      return try divided(epochs)
    }
  }

  /// Throws a sentence if the regime has no phases or a number in it makes no sense.
  public func validate() throws(TrainingError) {
    if phases.isEmpty {
      throw TrainingError(
        "The regime \"\(name)\" has no phases: give it at least one, such as Phase(.everything).")
    }
    for (index, phase) in phases.enumerated() {
      try phase.validate("The regime \"\(name)\", phase \(index + 1) (\(phase.part))")
    }
  }

  private func divided(_ total: Int) throws(TrainingError) -> [Int] {
    let taken = phases.compactMap(\.epochs).reduce(0, +)
    let sharing = phases.indices.filter { phases[$0].epochs == nil }
    if sharing.isEmpty, taken != total {
      throw TrainingError(
        """
        The phases of "\(name)" say \(taken) epochs in all, but epochs: \(total) was asked for: \
        ask for \(taken), or leave the epochs of one phase open.
        """)
    }
    if total - taken < sharing.count {
      throw TrainingError(
        """
        The regime "\(name)" has \(phases.count) phases and needs at least \
        \(taken + sharing.count) epochs, one for each open phase; epochs: \(total) was asked for.
        """)
    }
    var result = phases.map { $0.epochs ?? 0 }
    let parts = Self.largestRemainders(total - taken, sharing.map { phases[$0].share })
    for (index, epochs) in zip(sharing, parts) { result[index] = epochs }
    return result
  }

  /// `total` divided in proportion to `shares`, in whole numbers of at least 1 that add up to it.
  private static func largestRemainders(_ total: Int, _ shares: [Double]) -> [Int] {
    let sum = shares.reduce(0, +)
    let exact = shares.map { $0 / sum * Double(total) }
    var parts = exact.map { max(1, Int($0)) }
    while parts.reduce(0, +) < total {
      let next = parts.indices.max { exact[$0] - Double(parts[$0]) < exact[$1] - Double(parts[$1]) }
      parts[next ?? 0] += 1
    }
    while parts.reduce(0, +) > total {
      let next = parts.indices.filter { parts[$0] > 1 }
        .min { exact[$0] - Double(parts[$0]) < exact[$1] - Double(parts[$1]) }
      parts[next ?? 0] -= 1
    }
    return parts
  }
}
