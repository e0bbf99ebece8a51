package import Tensors

/// An optimizer at work on the parameters of one phase, with what it remembers of each.
package struct OptimizerState {
  private let parameters: [Parameter]
  /// What updates each parameter, and its learning rate as a share of the step's.
  private let rules: [(optimizer: any Optimizer, share: Double)]
  private let clip: Double?
  /// What is remembered from step to step.
  private(set) var memory: Memory

  /// What an optimizer remembers from step to step.
  struct Memory {
    /// The steps that were made.
    var steps = 0
    /// The tensors of each parameter.
    var tensors: [[Tensor]] = []
  }

  /// - Parameters:
  ///   - optimizer: Of the parameters that no group contains.
  ///   - recipe: With the groups, their rates relative to the recipe's own, and the clipping.
  ///   - memory: Of these parameters, or empty.
  init(
    _ optimizer: any Optimizer, _ parameters: [Parameter], recipe: Recipe,
    memory: Memory = Memory()
  ) {
    self.parameters = parameters
    clip = recipe.gradientClip
    rules = parameters.map { parameter in
      guard let group = recipe.groups.first(where: { $0.contains(parameter) }) else {
        return (optimizer, 1)
      }
      return (group.optimizer, group.optimizer.learningRate / recipe.optimizer.learningRate)
    }
    self.memory = memory
    if memory.tensors.isEmpty {
      self.memory.tensors = Array(repeating: [], count: parameters.count)
    }
  }

  /// Updates every parameter that has a gradient.
  ///
  /// - Returns: The norm of all gradients together before clipping, or nil if nothing is clipped.
  ///   If it is not finite, nothing is updated.
  mutating func step(_ gradients: Gradients, learningRate: Double) throws -> Double? {
    guard memory.tensors.count == parameters.count else {
      throw TrainingError(
        "The optimizer remembers \(memory.tensors.count) parameters and there are "
          + "\(parameters.count): the file that the training is resumed from is damaged.")
    }
    let norm = clip.map { _ in Self.norm(of: parameters.compactMap { gradients[$0] }) }
    if let norm, !norm.isFinite { return norm }
    let factor = Self.clipFactor(norm: norm, limit: clip)
    memory.steps += 1
    for (index, parameter) in parameters.enumerated() {
      guard let gradient = gradients[parameter] else { continue }
      var update = Update(
        learningRate: learningRate * rules[index].share, number: memory.steps,
        memory: memory.tensors[index])
      memory.tensors[index] = []  // Gives the update the only reference, so that it works in place.
      try rules[index].optimizer.update(
        parameter, by: factor < 1 ? try gradient * Float(factor) : gradient, at: &update)
      memory.tensors[index] = update.memory
    }
    return norm
  }

  /// The factor that brings gradients of a norm under a limit, PyTorch's `clip_grad_norm_`.
  package static func clipFactor(norm: Double?, limit: Double?) -> Double {
    guard let norm, let limit else { return 1 }
    return min(1, limit / (norm + 1e-6))
  }

  /// √Σg² over all elements of all gradients.
  package static func norm(of gradients: [Tensor]) -> Double {
    gradients.reduce(0) { sum, gradient in
      gradient.withUnsafeBuffer { scalars in
        sum + scalars.reduce(0) { $0 + Double($1) * Double($1) }
      }
    }.squareRoot()
  }
}
