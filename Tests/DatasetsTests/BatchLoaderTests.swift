import Datasets
import Glibc
import Tensors
import Testing

@Suite struct BatchLoaderTests {
  private func data() throws -> Dataset { try Dataset.glyphs(count: 300, size: 12) }

  @Test func anEpochHasEveryImageOnce() throws {
    let split = try data().train
    let loader = try BatchLoader(split, batch: 32)
    #expect(loader.batchesPerEpoch == 7)
    for epoch in 0..<3 {
      #expect(loader.epoch == epoch)
      var seen: [Int] = []
      while let (images, labels) = loader.next() {
        #expect(images.shape == [labels.count, 12, 12, 1])
        #expect(labels == loader.positions.map { split.labels[$0] })
        seen += loader.positions
      }
      #expect(seen.sorted() == Array(0..<split.count))
      #expect(seen != Array(0..<split.count))
    }
  }

  @Test func theSeedDecidesEverything() throws {
    let split = try data().train
    func run(seed: UInt64, depth: Int) throws -> [[Float]] {
      let loader = try BatchLoader(
        split, batch: 50, augmentation: .cropAndFlip, seed: seed, depth: depth)
      var all: [[Float]] = []
      for _ in 0..<2 { while let (images, _) = loader.next() { all.append(images.scalars) } }
      return all
    }
    #expect(try run(seed: 1, depth: 1) == run(seed: 1, depth: 8))
    #expect(try run(seed: 1, depth: 2) != run(seed: 2, depth: 2))
  }

  @Test func aLaterEpochCanBeTheFirst() throws {
    let split = try data().train
    let whole = try BatchLoader(split, batch: 64, seed: 3)
    while whole.next() != nil {}
    let late = try BatchLoader(split, batch: 64, seed: 3, firstEpoch: 1)
    _ = whole.next()
    _ = late.next()
    #expect(whole.positions == late.positions)
  }

  @Test func partialBatchesCanBeDropped() throws {
    let loader = try BatchLoader(data().train, batch: 100, dropsPartialBatch: true)
    var sizes: [Int] = []
    while let (_, labels) = loader.next() { sizes.append(labels.count) }
    #expect(sizes == [100, 100])
    #expect(throws: DatasetError.self) {
      try BatchLoader(data().train, batch: 1000, dropsPartialBatch: true)
    }
    #expect(throws: DatasetError.self) { try BatchLoader(data().train, batch: 0) }
    #expect(throws: DatasetError.self) {
      try BatchLoader(data().train.keeping([]), batch: 10)
    }
  }

  @Test func aFlipMirrorsAndACropShifts() throws {
    let data = try Dataset(
      name: "ramp", images: (0..<10).flatMap { _ in (0..<9).map { Float($0 + 1) } },
      labels: (0..<10).map { $0 % 2 }, shape: [3, 3, 1], classes: 2, validation: 0, test: 0.2)
    func pictures(_ augmentation: Augmentation) throws -> Set<[Int]> {
      let loader = try BatchLoader(data.train, batch: 8, augmentation: augmentation)
      let (mean, deviation) = (data.normalization.mean[0], data.normalization.deviation[0])
      var found: Set<[Int]> = []
      for _ in 0..<60 {
        while let (images, _) = loader.next() {
          let values = images.scalars.map { Int(($0 * deviation + mean).rounded()) }
          for start in stride(from: 0, to: values.count, by: 9) {
            found.insert(Array(values[start..<(start + 9)]))
          }
        }
      }
      return found
    }
    let upright = [1, 2, 3, 4, 5, 6, 7, 8, 9]
    let mirrored = [3, 2, 1, 6, 5, 4, 9, 8, 7]
    #expect(try pictures(.none) == [upright])
    #expect(try pictures(Augmentation(padding: 0, flips: true)) == [upright, mirrored])
    let shifted = try pictures(.crop(padding: 1))
    #expect(shifted.count == 9)
    #expect(shifted.contains([5, 6, 0, 8, 9, 0, 0, 0, 0]))
    #expect(shifted.contains([0, 0, 0, 0, 1, 2, 0, 4, 5]))
    #expect(try pictures(.crop(padding: 5)).contains([Int](repeating: 0, count: 9)))
  }

  /// A cell can be rolled back to a forked copy of its process, in which the loader's thread is gone.
  @Test func aLoaderGoesOnInAForkedProcess() throws {
    typealias Fork = @convention(c) () -> pid_t
    let fork = unsafeBitCast(try #require(dlsym(nil, "fork")), to: Fork.self)
    let loader = try BatchLoader(
      Dataset.glyphs(count: 300, size: 12).train, batch: 16, seed: 1, depth: 2)
    for _ in 0..<20 { _ = loader.next() }
    usleep(50_000)
    let child = fork()
    if child == 0 { alarm(20) }
    for _ in 0..<20 { _ = loader.next() }
    if child == 0 { _exit(Int32(loader.positions[0] % 100)) }
    var status: Int32 = 0
    waitpid(child, &status, 0)
    #expect(status == Int32(loader.positions[0] % 100) << 8)
  }

  @Test func waitingIsCounted() throws {
    let loader = try BatchLoader(data().train, batch: 8)
    while loader.next() != nil {}
    #expect(loader.secondsWaited >= 0)
    let slow = try BatchLoader(data().train, batch: 8, depth: 4)
    for _ in 0..<20 {
      _ = slow.next()
      usleep(5000)
    }
    #expect(slow.secondsWaited < 0.05)
  }

  @Test func manyLoadersComeAndGo() throws {
    let split = try data().train
    for seed in 0..<200 {
      let loader = try BatchLoader(split, batch: 16, seed: UInt64(seed))
      #expect(loader.next() != nil)
    }
  }
}
