import Datasets
import Networks
import Tensors
import Testing
import Training

@Suite(.serialized) struct MemoryTests {
  /// Notes how many blocks of memory have been obtained from the system after each step.
  private final class Counter: TrainingObserver {
    var allocations: [Int] = []
    func batchEnded(_ progress: BatchProgress) {
      allocations.append(StoragePool.statistics.allocations)
    }
  }

  @Test(arguments: [1, 2]) func stepsOfTheSameShapesAllocateNothing(epochs: Int) throws {
    let counter = Counter()
    var recipe = Toy.recipe
    recipe.gradientClip = 0.001
    let data = try Toy.data(count: 640).limited(train: 320)
    _ = try StoragePool.withOwn {
      try Trainer.with(observer: counter) {
        try Toy.network.train(.joint, on: data, epochs: epochs, recipe: recipe)
      }
    }
    let early = counter.allocations[4]
    let late = counter.allocations[9]
    // The loader works ahead on its own thread: it may still be filling its few places.
    #expect(late - early <= 4, "\(counter.allocations)")
  }

  @Test func nothingIsHeldAfterTraining() throws {
    let data = try Toy.data(count: 320)
    func used() throws -> Int {
      _ = try Toy.network.train(.mixed, on: data, epochs: 2, recipe: Toy.recipe)
      return StoragePool.statistics.bytesInUse
    }
    try StoragePool.withOwn {
      _ = try used()
      let (once, again) = (try used(), try used())
      #expect(again <= once + 200_000, "\(once), then \(again) bytes")
    }
  }
}
