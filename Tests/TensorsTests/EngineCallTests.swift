import Tensors
import Testing

/// What is noted of the calls of oneDNN, and that it can be run again.
@Suite struct EngineCallTests {
  private static func step(_ tape: Tape?) throws {
    var random = Random(seed: 1)
    let weight = Parameter(.normal(shape: [8, 3, 3, 3], using: &random), name: "weight")
    let dense = Parameter(.normal(shape: [5, 8], using: &random), name: "dense")
    let x = Tensor.normal(shape: [2, 6, 6, 3], using: &random)
    func value(_ parameter: Parameter) -> Tensor { tape?.watch(parameter) ?? parameter.value }
    let features = try x.convolved(with: value(weight), padding: 1).globalAveragePooled()
    let loss = try features.dense(weight: value(dense)).crossEntropy(labels: [0, 1])
    if let tape { _ = try tape.gradients(of: loss) }
  }

  @Test func evaluationAsksForForwardCallsOnly() throws {
    let calls = try EngineCall.recorded { try Self.step(nil) }
    let convolutions = calls.compactMap { call -> EngineCall.Direction? in
      guard case .convolution(_, let direction) = call else { return nil }
      return direction
    }
    #expect(convolutions == [.forward])
    #expect(calls[0].multiplyAdds == 2 * 36 * 8 * 3 * 9)
  }

  @Test func trainingAsksForWhatGradientsNeed() throws {
    let calls = try EngineCall.recorded { try Self.step(Tape()) }
    let directions = calls.compactMap { call -> EngineCall.Direction? in
      guard case .convolution(_, let direction) = call else { return nil }
      return direction
    }
    // Nobody wants the gradient of the images.
    #expect(directions == [.forward, .backwardWeights])
    #expect(calls.count == directions.count + 3)
  }

  @Test func nothingIsNotedUnasked() throws {
    var inner: [EngineCall] = []
    let outer = try EngineCall.recorded {
      try Self.step(nil)
      inner = try EngineCall.recorded { try Self.step(nil) }
    }
    #expect(outer == inner)
    #expect(!inner.isEmpty)
  }

  @Test func attentionIsItsProducts() throws {
    let x = Tensor.ones([2, 5, 3 * 8])
    let calls = try EngineCall.recorded { _ = try x.selfAttention(heads: 2) }
    let count = calls.reduce(0) { $0 + $1.multiplyAdds }
    #expect(count == 2 * Tensor.attentionMultiplyAdds(queries: 5, keys: 5, width: 8))
  }

  @Test func theSameCallsRunAgain() throws {
    let calls = try EngineCall.recorded { try Self.step(Tape()) }
    let replay = EngineReplay(calls)
    let again = try EngineCall.recorded { try replay.run() }
    #expect(again.map(\.multiplyAdds) == calls.map(\.multiplyAdds))
    #expect(replay.multiplyAdds == calls.reduce(0) { $0 + $1.multiplyAdds })
  }
}
