import Tensors
import Testing

@Suite struct SmokeTests {
  @Test func networkLearns() throws {
    var random = Random(seed: 1)
    let conv = Parameter(.normal(shape: [8, 3, 3, 3], deviation: 0.2, using: &random), name: "c")
    let scale = Parameter(.ones([8]), name: "scale")
    let shift = Parameter(.zeros([8]), name: "shift")
    let dense = Parameter(.normal(shape: [4, 8], deviation: 0.2, using: &random), name: "d")
    let statistics = BatchStatistics(channels: 8)
    let x = Tensor.normal(shape: [16, 8, 8, 3], using: &random)
    let labels = (0..<16).map { Int32($0 % 4) }
    var losses: [Float] = []
    for _ in 0..<100 {
      let tape = Tape()
      let h = try x.convolved(with: tape.watch(conv), padding: 1).batchNormalized(
        scale: tape.watch(scale), shift: tape.watch(shift), statistics: statistics, training: true,
        relu: true)
      let loss = try h.globalAveragePooled().dense(weight: tape.watch(dense)).crossEntropy(
        labels: labels)
      losses.append(try loss.scalar())
      let gradients = try tape.gradients(of: loss)
      for p in [conv, scale, shift, dense] {
        var none: Tensor?
        try p.applySGD(gradient: #require(gradients[p]), learningRate: 0.5, velocity: &none)
      }
    }
    #expect(losses[99] < losses[0] * 0.5)
  }
}
