internal import Tensors

/// A batch as it waits to be used.
struct Batch: Sendable {
  let images: Tensor
  let labels: [Int32]
  let positions: [Int]
}

/// Makes any batch of any epoch, from the seed alone.
struct BatchMaker: Sendable {
  let split: Split
  let batch: Int
  let augmentation: Augmentation
  let seed: UInt64
  let shuffles: Bool
  let batchesPerEpoch: Int

  init(
    split: Split, batch: Int, augmentation: Augmentation, seed: UInt64, shuffles: Bool,
    dropsPartialBatch: Bool
  ) throws {
    guard split.count > 0 else {
      throw DatasetError("The \(split.name) split is empty: there is nothing to load from it.")
    }
    guard batch > 0 else {
      throw DatasetError("A batch has 1 image or more; got a batch of \(batch).")
    }
    let whole = split.count / batch
    batchesPerEpoch = whole + (dropsPartialBatch || split.count % batch == 0 ? 0 : 1)
    guard batchesPerEpoch > 0 else {
      throw DatasetError(
        "The \(split.name) split has \(split.count) images: a batch of \(batch) with partial batches "
          + "dropped leaves nothing. Give a smaller batch.")
    }
    self.split = split
    self.batch = batch
    self.augmentation = augmentation
    self.seed = seed
    self.shuffles = shuffles
  }

  /// Fills `queue` from a batch of an epoch on, until the queue is stopped.
  func fill(_ queue: BatchQueue, epoch: Int, index: Int) {
    var (epoch, index) = (epoch, index)
    while true {
      let order = order(epoch: epoch)
      while index < batchesPerEpoch {
        guard queue.push(make(index, of: order, epoch: epoch)) else { return }
        index += 1
      }
      (epoch, index) = (epoch + 1, 0)
    }
  }

  /// The positions of the split's images in the order of an epoch.
  func order(epoch: Int) -> [Int] {
    guard shuffles else { return Array(0..<split.count) }
    var random = stream(epoch)
    return (0..<split.count).shuffled(using: &random)
  }

  private func make(_ index: Int, of order: [Int], epoch: Int) -> Batch {
    let positions = Array(order[(index * batch)..<min(order.count, (index + 1) * batch)])
    var random = stream(epoch).split(UInt64(index))
    let draws = positions.map { _ in augmentation.draw(using: &random) }
    return Batch(
      images: split.batch(positions, augmentation: augmentation) { draws[$0] },
      labels: positions.map { split.labels[$0] }, positions: positions)
  }

  private func stream(_ epoch: Int) -> Random { Random(seed: seed).split(UInt64(epoch)) }
}
