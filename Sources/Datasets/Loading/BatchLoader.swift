internal import Glibc
public import Tensors

/// Hands out a split in batches, epoch after epoch, made ahead of time on a thread of its own.
///
/// ```swift
/// let loader = try BatchLoader(data.train, batch: 128, augmentation: .cropAndFlip, seed: 7)
/// for _ in 0..<epochs {
///   while let (images, labels) = loader.next() { … }
/// }
/// ```
/// The order of the images and what augmentation does to them follow from the seed, the epoch and the
/// batch alone, not from timing: the same seed gives the same batches. The last batch of an epoch is
/// smaller if the split does not divide evenly, or left out if `dropsPartialBatch`.
///
/// A loader belongs to one thread at a time. Its own thread ends when the loader does.
public final class BatchLoader {
  /// How many batches an epoch has.
  public let batchesPerEpoch: Int
  /// The epoch that `next` hands out now, counted from 0.
  public private(set) var epoch: Int
  /// For how long `next` has had to wait for a batch, in seconds, the first batch not counted.
  public private(set) var secondsWaited = 0.0
  /// Where the images of the batch handed out last stand in the split.
  public private(set) var positions: [Int] = []

  private let maker: BatchMaker
  private let depth: Int
  private var index = 0
  private var hasStarted = false
  private var queue: BatchQueue?
  private var thread: Thread?
  private var process: pid_t = 0

  /// A loader for `split`.
  ///
  /// - Parameters:
  ///   - batch: images in a batch.
  ///   - augmentation: how images are varied.
  ///   - seed: what order and augmentation are drawn from.
  ///   - shuffles: whether every epoch has an order of its own; otherwise the split's order.
  ///   - dropsPartialBatch: whether a smaller last batch is left out.
  ///   - firstEpoch: the epoch to begin with, to continue an earlier run.
  ///   - depth: how many batches are made ahead.
  ///
  /// Throws a `DatasetError` if the split is empty, or `batch` or `depth` is less than 1, or no batch
  /// would be left.
  public init(
    _ split: Split, batch: Int, augmentation: Augmentation = .none, seed: UInt64 = 0,
    shuffles: Bool = true, dropsPartialBatch: Bool = false, firstEpoch: Int = 0, depth: Int = 3
  ) throws {
    maker = try BatchMaker(
      split: split, batch: batch, augmentation: augmentation, seed: seed, shuffles: shuffles,
      dropsPartialBatch: dropsPartialBatch)
    guard depth > 0 else {
      throw DatasetError("A loader makes 1 batch or more ahead; got a depth of \(depth).")
    }
    batchesPerEpoch = maker.batchesPerEpoch
    epoch = firstEpoch
    self.depth = depth
  }

  // In a forked process the thread is gone, and may have held the lock when it went.
  deinit {
    guard process == getpid() else { return }
    queue?.stop()
    thread?.join()
  }

  /// The next batch (N, H, W, C and N labels), or nil once at the end of every epoch; after that the
  /// next epoch begins.
  public func next() -> (images: Tensor, labels: [Int32])? {
    guard index < batchesPerEpoch else {
      index = 0
      epoch += 1
      return nil
    }
    let (batch, waited) = currentQueue().pop()
    if hasStarted { secondsWaited += waited }
    hasStarted = true
    index += 1
    positions = batch.positions
    return (batch.images, batch.labels)
  }

  /// The queue that this process's thread fills from the present position on.
  ///
  /// Threads do not live on in a forked process. A loader that finds itself in one starts a thread of
  /// its own and goes on where it was.
  private func currentQueue() -> BatchQueue {
    if let queue, process == getpid() { return queue }
    let queue = BatchQueue(depth: depth)
    self.queue = queue
    process = getpid()
    let (maker, epoch, index) = (maker, epoch, index)
    thread = Thread { maker.fill(queue, epoch: epoch, index: index) }
    return queue
  }
}
