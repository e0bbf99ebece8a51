import ArgumentParser
import Datasets
import Networks
import Tensors

/// `offramp bench loading`.
struct LoadingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loading",
    abstract: "Show how much of the time of training is spent on computing, not on loading.",
    discussion: """
      CIFAR-10 with random crops and flips, batches of 128, ResNet-20 with an exit after every block. \
      The same steps are timed in turns on batches that a loader makes meanwhile, and on one that is \
      there. Utilisation is the time of a step without loading, as a share of that with it.
      """)

  @Option(name: .long, help: "The folder of CIFAR-10's binary files; downloaded unless given.")
  var cifar: String?

  @Option(name: .long, help: "Steps in a turn.")
  var steps = 20

  @Option(name: .long, help: "How many turns.")
  var runs = 5

  func validate() throws {
    guard steps >= 1 else { throw ValidationError("--steps is \(steps); it must be at least 1.") }
    guard runs >= 1 else { throw ValidationError("--runs is \(runs); it must be at least 1.") }
  }

  func run() throws {
    try BenchCommand.waitPassively()
    let data = try Dataset.cifar10(cifar)
    let model = try Model(.resNet20(classes: 10, exits: .everyBlock), seed: 0)
    var step = TrainingStep(model: model)
    let loader = try BatchLoader(
      data.train, batch: EngineBench.batch, augmentation: .cropAndFlip, seed: 1,
      dropsPartialBatch: true)
    guard let first = loader.next() else { return }
    let times = try BenchRow.medians(
      warm: 1, runs: runs,
      [
        {
          for _ in 0..<steps {
            guard let batch = loader.next() ?? loader.next() else { return }
            try step.run(batch.images, batch.labels)
          }
        },
        { for _ in 0..<steps { try step.run(first.images, first.labels) } },
      ])
    let (loaded, ready) = (times[0], times[1])
    report(loaded / Double(steps), ready / Double(steps), waited: loader.secondsWaited)
  }

  private func report(_ loaded: Double, _ ready: Double, waited: Double) {
    func text(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
    print("a step with loading       \(text(loaded)) ms")
    print("a step on a ready batch   \(text(ready)) ms")
    print("utilisation               \(text(ready / loaded))")
    print("waited for batches        \(text(waited)) s in \((runs + 1) * steps) steps")
  }
}
