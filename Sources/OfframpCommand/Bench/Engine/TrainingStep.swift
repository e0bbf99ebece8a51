import Networks
import Tensors
import Training

/// One optimiser step: forward, the plain sum of all exits' losses, backward, update.
///
/// SGD with momentum 0.9 and weight decay 1e-4.
struct TrainingStep {
  private let model: Model
  private let parameters: [Parameter]
  private let optimizer = SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 1e-4)
  private var updates: [Update]
  private var random = Random(seed: 3)

  init(model: Model) {
    self.model = model
    parameters = model.parameters
    updates = parameters.map { _ in Update(learningRate: 0.1) }
  }

  mutating func run(_ input: Tensor, _ labels: [Int32]) throws {
    let tape = Tape()
    let logits = try model.logits(input, training: .everything, tape: tape, random: &random)
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
