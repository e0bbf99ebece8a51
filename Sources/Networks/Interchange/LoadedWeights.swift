/// What a model took from a file of weights, and what it kept of its own.
public struct LoadedWeights: Hashable, Sendable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// By whose rules its tensors were named.
  public let names: WeightNames
  /// The number of tensors of the file that were taken.
  public let tensorCount: Int
  /// The names of the exits whose heads are not in the file and have their initial values.
  public let initialExits: [String]
  /// Whether the final classifier's last layer has its initial values, as was asked for.
  public let hasFreshClassifier: Bool

  /// One sentence or two.
  public var description: String {
    var text = "\(tensorCount) tensors from \(path), by \(names.owner) names."
    if !initialExits.isEmpty {
      text += " Not in the file, and initial: the heads of \(initialExits.joined(separator: ", "))."
    }
    if hasFreshClassifier { text += " The final classifier is initial, as asked." }
    return text
  }
}
