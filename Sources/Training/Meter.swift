import Tensors

/// Adds up the losses and hits of each trained exit over an epoch.
struct Meter {
  private var losses: [Double]
  private var hits: [Int]
  private(set) var images = 0

  init(exits: Int) {
    losses = Array(repeating: 0, count: exits)
    hits = Array(repeating: 0, count: exits)
  }

  /// Takes in one batch: mean cross-entropies and logits (N, classes) of each exit.
  mutating func add(_ batchLosses: [Double], _ logits: [Tensor], labels: [Int32]) {
    for exit in losses.indices {
      losses[exit] += batchLosses[exit] * Double(labels.count)
      hits[exit] += Self.hits(logits[exit], labels)
    }
    images += labels.count
  }

  /// Each exit's mean cross-entropy.
  var meanLosses: [Double] { losses.map { $0 / Double(max(1, images)) } }
  /// Each exit's accuracy, in 0…1.
  var accuracies: [Double] { hits.map { Double($0) / Double(max(1, images)) } }

  /// How many rows have their largest logit at their label.
  static func hits(_ logits: Tensor, _ labels: [Int32]) -> Int {
    zip(logits.argmax(), labels).count { $0 == Int($1) }
  }
}
