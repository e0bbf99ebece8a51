/// What decides whether a sample may leave.
public enum Criterion: String, Hashable, Codable, Sendable, CaseIterable {
  /// Leave when the largest softmax probability is above the threshold.
  case confidence
  /// Leave when the entropy of the softmax probabilities, divided by log C, is below the threshold.
  ///
  /// Low entropy is certainty, so a sample leaves when entropy falls *below* the threshold
  /// (Teerapittayanon et al. 2016, BranchyNet, Algorithm 1).
  case entropy
}

/// A rule for leaving: at each exit a criterion is compared with a threshold.
///
/// A sample leaves at the first exit that lets it, and at the last exit in any case.
///
/// ```swift
/// Policy.confidence(0.9)                        // above 0.9 at any exit
/// Policy(.entropy, thresholds: [0.1, 0.2])      // its own threshold for each exit but the last
/// ```
public struct Policy: Hashable, Codable, Sendable {
  public let criterion: Criterion
  /// Whether a value equal to the threshold stays (`>`, the default) or leaves (`≥`).
  public let isStrict: Bool
  /// One threshold for all exits, or one for each exit but the last; nobody leaves where it is nil.
  public let thresholds: [Double?]

  /// One threshold for all exits.
  public init(_ criterion: Criterion, _ threshold: Double, isStrict: Bool = true) {
    self.init(criterion, thresholds: [threshold], isStrict: isStrict)
  }

  /// A threshold for each exit but the last; nil for an exit where nobody leaves.
  public init(_ criterion: Criterion, thresholds: [Double?], isStrict: Bool = true) {
    self.criterion = criterion
    self.thresholds = thresholds
    self.isStrict = isStrict
  }

  /// Leave when the largest probability is above `threshold`.
  public static func confidence(_ threshold: Double) -> Policy { Policy(.confidence, threshold) }
  /// Leave when the normalised entropy is below `threshold`.
  public static func entropy(_ threshold: Double) -> Policy { Policy(.entropy, threshold) }

  /// The threshold of each of `exits` exits; the last has none.
  ///
  /// Throws an `InferenceError` if a threshold is outside 0…1 or the number does not fit.
  func resolved(exits: Int) throws -> [Double?] {
    for threshold in thresholds.compactMap({ $0 }) { try Policy.check(threshold, criterion) }
    let early = exits - 1
    let all =
      thresholds.count == 1 ? Array(repeating: thresholds[0], count: early) : thresholds
    guard all.count == early else {
      throw InferenceError(
        "\(exits) exits need 1 threshold, or \(early) (the last exit takes everybody who is left); "
          + "the policy has \(thresholds.count).")
    }
    return all + [nil]
  }

  static func check(_ threshold: Double, _ criterion: Criterion) throws {
    guard (0...1).contains(threshold) else {
      throw InferenceError(
        "The \(criterion.rawValue) threshold is \(threshold); it must lie in 0…1.")
    }
  }

  /// Whether a score lets its sample leave; scores are floats and are compared as doubles.
  func allows(_ score: Float, at threshold: Double) -> Bool {
    let score = Double(score)
    return switch (criterion, isStrict) {
    case (.confidence, true): score > threshold
    case (.confidence, false): score >= threshold
    case (.entropy, true): score < threshold
    case (.entropy, false): score <= threshold
    }
  }
}

extension Policy: CustomStringConvertible {
  public var description: String {
    let relation =
      switch (criterion, isStrict) {
      case (.confidence, true): ">"
      case (.confidence, false): "≥"
      case (.entropy, true): "<"
      case (.entropy, false): "≤"
      }
    let values = thresholds.map { threshold in threshold.map { "\($0)" } ?? "never" }
    return "\(criterion.rawValue) \(relation) \(values.joined(separator: ", "))"
  }
}
