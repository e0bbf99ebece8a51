import Tensors
import Testing
import Training

@Suite struct OptimizerTests {
  /// Compares five steps with PyTorch's, to a few units in the last place of a float.
  private func expect(_ optimizer: some Optimizer, gives rows: [[Float]]) throws {
    let parameter = try Parameter(Tensor(PyTorch.start, shape: [2, 3]), name: "w")
    var update = Update(learningRate: optimizer.learningRate)
    for (step, row) in rows.enumerated() {
      update.number = step + 1
      let gradient = try Tensor(PyTorch.gradients[step], shape: [2, 3])
      try optimizer.update(parameter, by: gradient, at: &update)
      for (ours, theirs) in zip(parameter.value.scalars, row) {
        #expect(abs(ours - theirs) <= 1e-6 * max(1, abs(theirs)), "\(ours) for \(theirs)")
      }
    }
  }

  @Test func sgd() throws { try expect(SGD(learningRate: 0.1), gives: PyTorch.sgd) }

  @Test func sgdWithMomentum() throws {
    let optimizer = SGD(learningRate: 0.1, momentum: 0.9, weightDecay: 5e-4)
    try expect(optimizer, gives: PyTorch.sgdMomentum)
  }

  @Test func sgdWithNesterov() throws {
    let optimizer = SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 1e-2, nesterov: true)
    try expect(optimizer, gives: PyTorch.sgdNesterov)
  }

  @Test func adam() throws {
    try expect(Adam(learningRate: 1e-2, weightDecay: 1e-2), gives: PyTorch.adam)
  }

  @Test func adamW() throws {
    let optimizer = AdamW(
      learningRate: 1e-2, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.1)
    try expect(optimizer, gives: PyTorch.adamW)
  }

  @Test func aSnapshotOfAParameterIsNotTouched() throws {
    let parameter = try Parameter(Tensor(PyTorch.start, shape: [6]), name: "w")
    let snapshot = parameter.value
    var update = Update(learningRate: 0.1)
    try SGD(momentum: 0.9).update(parameter, by: .ones([6]), at: &update)
    #expect(snapshot.scalars == PyTorch.start)
    #expect(parameter.value.scalars != PyTorch.start)
  }

  @Test func clippingIsPyTorchs() throws {
    let shapes: [Shape] = [[3], [2, 2]]
    let gradients = try zip([[3, -4, 1], [2, 0.5, -6, 1.5]], shapes).map {
      try Tensor($0, shape: $1)
    }
    let norm = OptimizerState.norm(of: gradients)
    #expect(abs(norm - PyTorch.clipNorm) < 1e-6)
    let factor = OptimizerState.clipFactor(norm: norm, limit: 2)
    for (gradient, expected) in zip(gradients, PyTorch.clipped) {
      for (ours, theirs) in zip(gradient.scalars, expected) {
        #expect(abs(ours * Float(factor) - theirs) < 1e-6)
      }
    }
    #expect(OptimizerState.clipFactor(norm: 1, limit: 2) == 1)
    #expect(OptimizerState.clipFactor(norm: nil, limit: nil) == 1)
  }
}
