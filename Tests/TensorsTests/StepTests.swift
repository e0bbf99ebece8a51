import Glibc
import Tensors
import Testing

/// A whole training step: memory, repeatability, frozen parts.
@Suite struct StepTests {
  /// A residual block with a head, small but with every kind of operation of a real network.
  final class Model {
    let stem: Parameter, conv: Parameter, scale: Parameter, shift: Parameter, head: Parameter
    let statistics = [BatchStatistics(channels: 16), BatchStatistics(channels: 16)]
    var velocities: [Tensor?] = Array(repeating: nil, count: 5)
    var parameters: [Parameter] { [stem, conv, scale, shift, head] }

    init() {
      stem = Parameter(pattern(1, [16, 3, 3, 3]), name: "stem")
      conv = Parameter(pattern(2, [16, 16, 3, 3]), name: "conv")
      scale = Parameter(.ones([16]), name: "scale")
      shift = Parameter(.zeros([16]), name: "shift")
      head = Parameter(pattern(3, [4, 16]), name: "head")
    }

    func loss(_ x: Tensor, labels: [Int32], _ watch: (Parameter) -> Tensor) throws -> Tensor {
      let (scale, shift) = (watch(scale), watch(shift))
      let a = try x.convolved(with: watch(stem), padding: 1).batchNormalized(
        scale: scale, shift: shift, statistics: statistics[0], training: true, relu: true)
      let b = try a.convolved(with: watch(conv), padding: 1).batchNormalized(
        scale: scale, shift: shift, statistics: statistics[1], training: true)
      let first = try a.globalAveragePooled().dense(weight: watch(head)).crossEntropy(
        labels: labels)
      let last = try b.adding(a, relu: true).globalAveragePooled().dense(weight: watch(head))
        .crossEntropy(labels: labels)
      return try first + last
    }

    func step(_ x: Tensor, labels: [Int32]) throws -> Float {
      let tape = Tape()
      let loss = try loss(x, labels: labels, tape.watch)
      let gradients = try tape.gradients(of: loss)
      for (k, parameter) in parameters.enumerated() {
        try parameter.applySGD(
          gradient: #require(gradients[parameter]), learningRate: 0.02, momentum: 0.9,
          weightDecay: 1e-4, velocity: &velocities[k])
      }
      return try loss.scalar()
    }
  }

  static let images = pattern(5, [24, 12, 12, 3])
  static let labels = (0..<24).map { Int32($0 % 4) }

  @Test func trainingLowersTheLoss() throws {
    let model = Model()
    let losses = try (0..<40).map { _ in try model.step(Self.images, labels: Self.labels) }
    #expect(losses[39] < losses[0])
  }

  @Test func aSteadyStepAllocatesNothing() throws {
    try StoragePool.withOwn {
      let model = Model()
      for _ in 0..<3 { _ = try model.step(Self.images, labels: Self.labels) }
      let before = StoragePool.statistics
      for _ in 0..<10 { _ = try model.step(Self.images, labels: Self.labels) }
      let after = StoragePool.statistics
      #expect(after.requests > before.requests)
      #expect(after.allocations == before.allocations)
      #expect(after.bytesInUse == before.bytesInUse)
    }
  }

  @Test func aTapeThatIsNeverDrainedIsReleased() throws {
    try StoragePool.withOwn {
      let model = Model()
      weak var kept: Tape?
      // Weights keep their packed form beside them.
      _ = try model.loss(Self.images, labels: Self.labels, Tape().watch)
      let before = StoragePool.statistics.bytesInUse
      do {
        let tape = Tape()
        kept = tape
        _ = try model.loss(Self.images, labels: Self.labels, tape.watch)
      }
      #expect(kept == nil)
      #expect(StoragePool.statistics.bytesInUse == before)
    }
  }

  @Test func memoryGoesBackToThePoolItCameFrom() {
    let (outside, inside) = StoragePool.withOwn {
      let x = Tensor.zeros([100])
      return (StoragePool.statistics.bytesInUse, x)
    }
    #expect(outside == 448)
    #expect(inside.scalars == Tensor.zeros([100]).scalars)
  }

  @Test(arguments: [1, 2]) func runsRepeatBitForBit(threads: Int) throws {
    let runs = try (0..<2).map { _ in
      let model = Model()
      let losses = try Tensors.withThreads(threads) {
        try (0..<5).map { _ in try model.step(Self.images, labels: Self.labels) }
      }
      return (losses, model.parameters.map(\.value))
    }
    #expect(runs[0].0 == runs[1].0)
    #expect(runs[0].1 == runs[1].1)
  }

  @Test func frozenPartsAreNotRecorded() throws {
    let model = Model()
    let tape = Tape()
    let loss = try model.loss(Self.images, labels: Self.labels) { parameter in
      parameter === model.head ? tape.watch(parameter) : parameter.value
    }
    #expect(tape.recordCount == 5)  // dense and cross entropy twice, the sum of both losses
    let gradients = try tape.gradients(of: loss)
    #expect(gradients.count == 1)
    #expect(gradients[model.head] != nil)
    #expect(gradients[model.conv] == nil)
    #expect(tape.recordCount == 0)
  }

  @Test func gradientsOfUsesAddUp() throws {
    let w = Parameter(pattern(1, [3]), name: "w")
    let tape = Tape()
    let loss = try tape.watch(w).adding(tape.watch(w)).adding(tape.watch(w)).sum()
    #expect(try tape.gradients(of: loss)[w]?.scalars == [3, 3, 3])
  }
}

extension StepTests {
  /// Every cell runs on a thread of its own, and finds what an earlier one compiled.
  @Test func aStepMayMoveToAnotherThread() throws {
    let losses = try (0..<3).map { _ in
      let job = Job {
        try Tensors.withThreads(2) {
          let model = Model()
          return try (0..<3).map { _ in try model.step(Self.images, labels: Self.labels) }
        }
      }
      return try job.onNewThread()
    }
    #expect(losses[0] == losses[1])
    #expect(losses[0] == losses[2])
  }

  /// Work for a thread that ends with it.
  private final class Job {
    let body: () throws -> [Float]
    var result: Result<[Float], any Error>?

    init(_ body: @escaping () throws -> [Float]) { self.body = body }

    func onNewThread() throws -> [Float] {
      var thread = pthread_t()
      pthread_create(
        &thread, nil,
        { argument in
          guard let argument else { return nil }
          let job = Unmanaged<Job>.fromOpaque(argument).takeUnretainedValue()
          job.result = Result(catching: job.body)
          return nil
        }, Unmanaged.passUnretained(self).toOpaque())
      pthread_join(thread, nil)
      return try #require(result).get()
    }
  }
}
