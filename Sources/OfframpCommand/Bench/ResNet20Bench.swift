import Networks
import Tensors
import Training

/// CIFAR's ResNet-20 with an exit after every block: nine, the last being the final classifier.
///
/// SGD with momentum 0.9 and weight decay 1e-4, the plain sum of all exits' losses.
struct ResNet20Bench {
  private static let batch = 128

  private let model: Model
  private let images: Tensor
  private let labels: [Int32]
  private let runs: Int

  init(runs: Int) throws {
    model = try Model(.resNet20(classes: 10, exits: .everyBlock), seed: 0)
    var random = Random(seed: 1)
    images = .normal(shape: [Self.batch, 32, 32, 3], using: &random)
    labels = (0..<Self.batch).map { _ in Int32.random(in: 0..<10, using: &random) }
    self.runs = runs
  }

  var parameterCount: Int { model.parameters.reduce(0) { $0 + $1.value.count } }

  func measure(_ kinds: Set<BenchRow.Kind>, _ report: (BenchRow) -> Void) throws {
    if kinds.contains(.train) {
      var step = Step(model: model)
      let time = try BenchRow.median(warm: 3, runs: runs) { try step.run(images, labels) }
      report(BenchRow(kind: .train, batch: Self.batch, milliseconds: time))
    }
    if kinds.contains(.eval) {
      let time = try BenchRow.median(warm: 3, runs: runs) { _ = try model.logits(images) }
      report(BenchRow(kind: .eval, batch: Self.batch, milliseconds: time))
    }
    if kinds.contains(.latency) { try measureLatency(report) }
  }

  private func measureLatency(_ report: (BenchRow) -> Void) throws {
    let image = try images.rows([0])
    var random = Random(seed: 2)
    for exit in 0..<model.exitCount {
      let time = try BenchRow.median(warm: 10, runs: 60) {
        let logits = try model.logits(image, random: &random, exits: [exit])
        _ = try logits[exit]?.softmax().scalars.max()
      }
      report(
        BenchRow(kind: .latency, exit: (exit + 1, model.exitCount), milliseconds: time))
    }
  }
}

extension ResNet20Bench {
  /// One optimiser step: forward, every exit's loss, backward, update.
  private struct Step {
    let model: Model
    let parameters: [Parameter]
    let optimizer = SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4)
    var updates: [Update]
    var random = Random(seed: 3)

    init(model: Model) {
      self.model = model
      parameters = model.parameters
      updates = parameters.map { _ in Update(learningRate: 0.1) }
    }

    mutating func run(_ images: Tensor, _ labels: [Int32]) throws {
      let tape = Tape()
      let logits = try model.logits(
        images, training: .everything, tape: tape, random: &random)
      var loss = Tensor.zeros([])
      for exit in 0..<model.exitCount {
        guard let logits = logits[exit] else { continue }
        loss = try loss + logits.crossEntropy(labels: labels)
      }
      let gradients = try tape.gradients(of: loss)
      for (index, parameter) in parameters.enumerated() {
        guard let gradient = gradients[parameter] else { continue }
        try optimizer.update(parameter, by: gradient, at: &updates[index])
      }
    }
  }
}
