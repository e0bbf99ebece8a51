internal import Tensors

/// Which images of a data set are used for what: a record to keep beside results.
public struct Splits: Hashable, Codable, Sendable {
  /// The name of the data set.
  public let dataset: String
  /// The seed that the division came from.
  public let seed: UInt64
  /// Indices into the data set.
  public let train, validation, test: [Int]

  public init(dataset: String, seed: UInt64, train: [Int], validation: [Int], test: [Int]) {
    self.dataset = dataset
    self.seed = seed
    self.train = train
    self.validation = validation
    self.test = test
  }

  /// Divides all images, every class in the same proportions, in an order drawn from the seed.
  init(dataset: String, labels: [Int32], validation: Double, test: Double, seed: UInt64) {
    let all = Array(labels.indices)
    let outer = Splits.divide(all, labels: labels, share: test, seed: seed, stream: 0)
    let inner = Splits.divide(
      outer.rest, labels: labels, share: validation / (1 - test), seed: seed, stream: 1)
    self.init(
      dataset: dataset, seed: seed, train: inner.rest, validation: inner.part, test: outer.part)
  }

  /// Takes `share` of the indices of every class; what is taken and what is left come shuffled.
  ///
  /// The number taken is `share` of all, rounded; classes that miss a part of an image get it in the
  /// order of the largest remainder, so a small data set is divided as exactly as it can be.
  static func divide(
    _ indices: [Int], labels: [Int32], share: Double, seed: UInt64, stream: UInt64
  ) -> (part: [Int], rest: [Int]) {
    var random = Random(seed: seed).split(stream)
    var byClass: [Int32: [Int]] = [:]
    for index in indices.shuffled(using: &random) {
      byClass[labels[index], default: []].append(index)
    }
    let classes = byClass.keys.sorted()
    let exact = classes.map { Double(byClass[$0, default: []].count) * share }
    var taken = exact.map { Int($0) }
    let missing = Int((Double(indices.count) * share).rounded()) - taken.reduce(0, +)
    let order = classes.indices.sorted {
      let (a, b) = (exact[$0] - Double(taken[$0]), exact[$1] - Double(taken[$1]))
      return a == b ? $0 < $1 : a > b
    }
    for place in order.prefix(max(0, missing)) { taken[place] += 1 }
    var part: [Int] = []
    var rest: [Int] = []
    for (place, label) in classes.enumerated() {
      let members = byClass[label, default: []]
      part += members.prefix(taken[place])
      rest += members.dropFirst(taken[place])
    }
    return (part.shuffled(using: &random), rest.shuffled(using: &random))
  }
}
