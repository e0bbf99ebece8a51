import Tensors
import Testing

/// Bad arguments are errors that name the operation and the shapes, never a trap.
@Suite struct ErrorTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let mentions: [String]
    let body: @Sendable () throws -> Void
    var testDescription: String { mentions.joined(separator: " ") }

    init(_ mentions: String..., body: @escaping @Sendable () throws -> Void) {
      (self.mentions, self.body) = (mentions, body)
    }
  }

  static let image = pattern(1, [2, 4, 5, 3])
  static let matrix = pattern(1, [3, 4])

  static let cases: [Case] = [
    Case("Tensor", "3 scalars", "2×2") { _ = try Tensor([1, 2, 3], shape: [2, 2]) },
    Case("Tensor", "-1×2") { _ = try Tensor([1, 2], shape: [-1, 2]) },
    Case("Tensor", "impossible") { _ = try Tensor([1], shape: [1 << 40, 1 << 40]) },
    Case("adding", "2×4×5×3", "3×4") { _ = try image.adding(matrix) },
    Case("-:", "2×4×5×3", "3×4") { _ = try image - matrix },
    Case("*:", "2×4×5×3", "3×4") { _ = try image * matrix },
    Case("mean", "0×3") { _ = try Tensor.zeros([0, 3]).mean() },
    Case("scalar", "3×4") { _ = try matrix.scalar() },
    Case("reshaped", "3×4", "5×2") { _ = try matrix.reshaped([5, 2]) },
    Case("reshaped", "-3×-4") { _ = try matrix.reshaped([-3, -4]) },
    Case("flattened", "scalar") { _ = try Tensor.zeros([]).flattened() },
    Case("concatenated", "no tensors") { _ = try Tensor.concatenated([]) },
    Case("concatenated", "axis 7") { _ = try Tensor.concatenated([matrix, matrix], axis: 7) },
    Case("concatenated", "axis -3") { _ = try Tensor.concatenated([matrix], axis: -3) },
    Case("concatenated", "3×4", "2×4×5×3") { _ = try Tensor.concatenated([matrix, image]) },
    Case("rows", "index 3", "3×4") { _ = try matrix.rows([0, 3]) },
    Case("rows", "index -1") { _ = try matrix.rows([-1]) },
    Case("dense", "2×4×5×3") { _ = try image.dense(weight: matrix) },
    Case("dense", "3×4", "2×5") { _ = try matrix.dense(weight: .zeros([2, 5])) },
    Case("dense", "bias", "2×4") {
      _ = try matrix.dense(weight: .zeros([2, 4]), bias: .zeros([3]))
    },
    Case("convolved", "3×4", "out×in") { _ = try matrix.convolved(with: image) },
    Case("convolved", "2×4×5×3", "8×4×3×3") {
      _ = try image.convolved(with: .zeros([8, 4, 3, 3]))
    },
    Case("convolved", "groups 2") {
      _ = try image.convolved(with: .zeros([8, 3, 3, 3]), groups: 2)
    },
    Case("convolved", "groups 0") {
      _ = try image.convolved(with: .zeros([8, 3, 3, 3]), groups: 0)
    },
    Case("convolved", "stride 0") {
      _ = try image.convolved(with: .zeros([8, 3, 3, 3]), stride: 0)
    },
    Case("convolved", "dilation -1") {
      _ = try image.convolved(with: .zeros([8, 3, 3, 3]), dilation: -1)
    },
    Case("convolved", "padding -1") {
      _ = try image.convolved(with: .zeros([8, 3, 3, 3]), padding: -1)
    },
    Case("convolved", "kernel 0×3") { _ = try image.convolved(with: .zeros([8, 3, 0, 3])) },
    Case("convolved", "0×3×3×3") { _ = try image.convolved(with: .zeros([0, 3, 3, 3])) },
    Case("convolved", "larger", "9×9") { _ = try image.convolved(with: .zeros([8, 3, 9, 9])) },
    Case("convolved", "fit in memory") {
      _ = try Tensor.convolution([1, 1 << 40, 1 << 40, 3], weight: [8, 3, 3, 3])
    },
    Case("convolved", "fit in memory", "-8") {
      _ = try Tensor.convolution([1, 8, 8, 3], weight: [-8, 3, 3, 3])
    },
    Case("pooling", "expected") {
      _ = try Tensor.pooledShape([1, .max, .max, 3], kernel: 2)
    },
    Case("convolved", "no pixels") {
      _ = try Tensor.zeros([2, 0, 5, 3]).convolved(with: .zeros([8, 3, 3, 3]), padding: 1)
    },
    Case("convolved", "bias", "7") {
      _ = try image.convolved(with: .zeros([8, 3, 3, 3]), bias: .zeros([7]))
    },
    Case("convolved", "memory") {
      _ = try Tensor.zeros([64, 4, 4, 1]).convolved(with: .zeros([512, 1, 1, 1]), padding: 30_000)
    },
    Case("batchNormalized", "scale", "2×4×5×3") { try normalize(image, channels: 4) },
    Case("batchNormalized", "N×…×C") { try normalize(.zeros([3]), channels: 3) },
    Case("batchNormalized", "larger batch") { try normalize(.zeros([1, 3]), channels: 3) },
    Case("globalAveragePooled", "3×4") { _ = try matrix.globalAveragePooled() },
    Case("globalAveragePooled", "2×0×5×3") {
      _ = try Tensor.zeros([2, 0, 5, 3]).globalAveragePooled()
    },
    Case("pooling", "3×4") { _ = try matrix.maxPooled(kernel: 2) },
    Case("pooling", "kernel 0") { _ = try image.maxPooled(kernel: 0) },
    Case("pooling", "stride -2") { _ = try image.averagePooled(kernel: 2, stride: -2) },
    Case("pooling", "padding 2") { _ = try image.averagePooled(kernel: 2, padding: 2) },
    Case("pooling", "larger", "6×6") { _ = try image.averagePooled(kernel: 6) },
    Case("dropout", "1.5") {
      var random = Random(seed: 0)
      _ = try matrix.dropout(rate: 1.5, using: &random)
    },
    Case("softmax", "scalar") { _ = try Tensor.zeros([]).softmax() },
    Case("logSoftmax", "3×0") { _ = try Tensor.zeros([3, 0]).logSoftmax() },
    Case("crossEntropy", "2 labels", "3×4") { _ = try matrix.crossEntropy(labels: [0, 1]) },
    Case("crossEntropy", "label 4", "sample 1") { _ = try matrix.crossEntropy(labels: [0, 4, 1]) },
    Case("crossEntropies", "label -1") { _ = try matrix.crossEntropies(labels: [0, -1, 1]) },
    Case("crossEntropy", "no samples") { _ = try Tensor.zeros([0, 4]).crossEntropy(labels: []) },
    Case("gradients", "3×4", "single number") {
      let tape = Tape()
      _ = try tape.gradients(of: tape.watch(Parameter(matrix, name: "w")))
    },
    Case("gradients", "not depend") { _ = try Tape().gradients(of: matrix.sum()) },
    Case("two different tapes") {
      let w = Parameter(matrix, name: "w")
      _ = try Tape().watch(w).adding(Tape().watch(w))
    },
    Case("weights", "gradient", "2×4×5×3", "3×4") {
      var velocity: Tensor?
      try Parameter(matrix, name: "weights").applySGD(
        gradient: image, learningRate: 1, velocity: &velocity)
    },
  ]

  static func normalize(_ x: Tensor, channels: Int) throws {
    _ = try x.batchNormalized(
      scale: .ones([channels]), shift: .zeros([channels]),
      statistics: BatchStatistics(channels: channels), training: true)
  }

  @Test(arguments: cases) func isASentence(_ c: Case) {
    let error = #expect(throws: TensorError.self) { try c.body() }
    for word in c.mentions {
      #expect(error?.message.contains(word) == true, "\(error?.message ?? "no error")")
    }
    #expect(error?.message.last == ".")
  }

  @Test func anEmptyBatchIsABatch() throws {
    let none = Tensor.zeros([0, 4, 4, 3])
    let statistics = BatchStatistics(channels: 8)
    let result = try gradients([none, pattern(2, [8, 3, 3, 3]), .ones([8]), pattern(3, [5, 8])]) {
      try $0[0].convolved(with: $0[1], padding: 1)
        .batchNormalized(
          scale: $0[2], shift: .zeros([8]), statistics: statistics, training: true, relu: true
        )
        .maxPooled(kernel: 2).averagePooled(kernel: 2).globalAveragePooled()
        .dense(weight: $0[3]).softmax()
    }
    #expect(result.output.shape == [0, 5])
    #expect(result.output.argmax().isEmpty)
    #expect(result.gradients[1] == .zeros([8, 3, 3, 3]))
    #expect(result.gradients[3] == .zeros([5, 8]))
    #expect(statistics.mean == .zeros([8]))
  }
}
