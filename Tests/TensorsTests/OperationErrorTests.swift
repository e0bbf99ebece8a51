import Tensors
import Testing

/// Bad arguments of the broader operations are errors that name the operation and the shapes.
@Suite struct OperationErrorTests {
  typealias Case = ErrorTests.Case

  static let image = pattern(1, [2, 4, 5, 3])
  static let matrix = pattern(1, [3, 4])
  static let deep = Tensor.zeros([1, 1, 1, 1, 1, 1, 1, 1, 2])

  static let cases: [Case] = [
    Case("layerNormalized", "scale", "3×4") {
      _ = try matrix.layerNormalized(scale: .ones([3]), shift: .zeros([4]))
    },
    Case("layerNormalized", "scalar") {
      _ = try Tensor.zeros([]).layerNormalized(scale: .ones([1]), shift: .zeros([1]))
    },
    Case("groupNormalized", "2×4×5×3", "2 groups") {
      _ = try image.groupNormalized(groups: 2, scale: .ones([3]), shift: .zeros([3]))
    },
    Case("groupNormalized", "shift", "4") {
      _ = try image.groupNormalized(groups: 3, scale: .ones([3]), shift: .zeros([4]))
    },
    Case("groupNormalized", "2×0×3") {
      _ = try Tensor.zeros([2, 0, 3]).groupNormalized(
        groups: 3, scale: .ones([3]), shift: .zeros([3]))
    },
    Case("selfAttention", "2×5×10", "2 heads") {
      _ = try Tensor.zeros([2, 5, 10]).selfAttention(heads: 2)
    },
    Case("selfAttention", "0 heads") { _ = try Tensor.zeros([2, 5, 12]).selfAttention(heads: 0) },
    Case("attention", "mask", "4×4", "5×5") {
      _ = try Tensor.zeros([2, 5, 12]).selfAttention(heads: 2, mask: .zeros([4, 4]))
    },
    Case("attention", "20000 tokens") {
      _ = try Tensor.zeros([1, 20000, 3]).selfAttention(heads: 1)
    },
    Case("attention", "queries", "2×5×8", "1×5×8") {
      _ = try Tensor.attention(
        queries: .zeros([2, 5, 8]), keys: .zeros([1, 5, 8]), values: .zeros([1, 5, 8]), heads: 2)
    },
    Case("matrixProduct", "3×4", "3×4", "4 and 3") { _ = try matrix.matrixProduct(matrix) },
    Case("matrixProduct", "leading axes", "2×3×4", "3×4×5") {
      _ = try Tensor.zeros([2, 3, 4]).matrixProduct(.zeros([3, 4, 5]))
    },
    Case("matrixProduct", "4") { _ = try Tensor.zeros([4]).matrixProduct(matrix) },
    Case("matrixProduct", "fit in memory") {
      _ = try Tensor.matrixProduct([1 << 40, 2], [2, 1 << 40])
    },
    Case("embedded", "table", "3") { _ = try matrix.embedded(in: .zeros([3])) },
    Case("embedded", "whole token number") { _ = try matrix.embedded(in: .zeros([5, 2])) },
    Case("embedded", "0 to 4", "5.0") {
      _ = try Tensor(tokens: [[1, 5]]).embedded(in: .zeros([5, 2]))
    },
    Case("tokens", "equal lengths") { _ = try Tensor(tokens: [[1, 2], [3]]) },
    Case("tokens", "-1") { _ = try Tensor(tokens: [[-1]]) },
    Case("tokens", "16777216") { _ = try Tensor(tokens: [[1 << 24]]) },
    Case("slice", "2..<6", "3×4") { _ = try matrix.slice(2..<6, axis: 1) },
    Case("slice", "axis 2") { _ = try matrix.slice(0..<1, axis: 2) },
    Case("slice", "8 axes") { _ = try deep.slice(0..<1, axis: 0) },
    Case("selected", "index 3") { _ = try matrix.selected(3, axis: 0) },
    Case("selected", "index -1") { _ = try matrix.selected(-1, axis: 0) },
    Case("padded", "-1 before") { _ = try matrix.padded(before: -1, axis: 0) },
    Case("padded", "memory") { _ = try matrix.padded(after: 1 << 32, axis: 0) },
    Case("permuted", "[0, 0]", "3×4") { _ = try matrix.permuted([0, 0]) },
    Case("transposed", "3") { _ = try Tensor.zeros([3]).transposed() },
    Case("rows(where:)", "1 truth", "3×4") { _ = try matrix.rows(where: [true]) },
    Case("picked", "column 4", "3×4") { _ = try matrix.picked(columns: [0, 4, 1]) },
    Case("picked", "2 columns") { _ = try matrix.picked(columns: [0, 1]) },
    Case("+", "2×4×5×3", "3×4") { _ = try image + matrix },
    Case("/", "3×4", "3") { _ = try matrix / Tensor.zeros([3]) },
    Case("+", "8 axes") { _ = try matrix + deep },
    Case("broadcast", "3×4", "4") { _ = try matrix.broadcast(to: [4]) },
    Case("broadcast", "cannot") { _ = try Tensor.zeros([1]).broadcast(to: [1 << 40, 1 << 40]) },
    Case("sum", "[2]", "3×4") { _ = try matrix.sum(over: [2]) },
    Case("sum", "[1, -1]") { _ = try matrix.sum(over: [1, -1]) },
    Case("mean", "no elements") { _ = try Tensor.zeros([2, 0]).mean(over: [1]) },
    Case("largest", "no elements") { _ = try Tensor.zeros([0, 2]).largest(over: [0]) },
    Case("variance", "1 values", "correction of 1") {
      _ = try Tensor.zeros([1, 3]).variance(over: [0], correction: 1)
    },
    Case("adaptive pooling", "3×4") {
      _ = try matrix.adaptivelyAveragePooled(height: 2, width: 2)
    },
    Case("adaptive pooling", "0×2") { _ = try image.adaptivelyMaxPooled(height: 0, width: 2) },
    Case("mixedPooled", "2", "single number") {
      _ = try image.mixedPooled(weight: .zeros([2]), kernel: 2)
    },
    Case("resized", "2×4×5×3", "0×3") { _ = try image.resized(height: 0, width: 3) },
    Case("samplesDropped", "1.0") {
      var random = Random(seed: 1)
      _ = try matrix.samplesDropped(rate: 1, using: &random)
    },
    Case("crossEntropies", "3×4", "2×4") {
      _ = try matrix.crossEntropies(targets: .zeros([2, 4]))
    },
    Case("crossEntropy", "smoothing", "2.0") {
      _ = try matrix.crossEntropy(labels: [0, 1, 2], smoothing: 2)
    },
    Case("crossEntropy", "label 4") {
      _ = try matrix.crossEntropy(labels: [0, 1, 4], smoothing: 0.1)
    },
    Case("crossEntropy", "weights", "4") {
      _ = try matrix.crossEntropy(labels: [0, 1, 2], smoothing: 0, weights: .ones([4]))
    },
    Case("divergences", "3×4") { _ = try matrix.divergences(from: image) },
    Case("binaryCrossEntropies", "3×4", "4×3") {
      _ = try matrix.binaryCrossEntropies(targets: .zeros([4, 3]))
    },
    Case("probabilityCrossEntropy", "probability") {
      _ = try Tensor.filled(1.5, shape: [2]).probabilityCrossEntropy(targets: .zeros([2]))
    },
    Case("cosineSimilarities", "2×4×5×3") { _ = try Tensor.cosineSimilarities(image, image) },
  ]

  @Test(arguments: cases) func isASentence(_ c: Case) {
    let error = #expect(throws: TensorError.self) { try c.body() }
    for word in c.mentions {
      #expect(error?.message.contains(word) == true, "\(error?.message ?? "no error")")
    }
    #expect(error?.message.last == ".")
  }

  /// Every operation that works on a batch works on one without samples, forward and backward.
  @Test func anEmptyBatchIsABatch() throws {
    let result = try gradients([.zeros([0, 4, 12]), .ones([12]), pattern(1, [24, 8])]) {
      let x = try $0[0].layerNormalized(scale: $0[1], shift: .zeros([12])).gelu()
        .groupNormalized(groups: 3, scale: $0[1], shift: .zeros([12]))
      let attended = try x.selfAttention(heads: 2).matrixProduct(.ones([4, 24]))
      return try attended.matrixProduct($0[2]).permuted([0, 2, 1]).padded(after: 1, axis: 1)
        .slice(1..<8, axis: 1).sum(over: [2]) * .ones([7])
    }
    #expect(result.output.shape == [0, 7])
    #expect(result.gradients[0]?.shape == [0, 4, 12])
    #expect(result.gradients[1] == .zeros([12]))
    #expect(result.gradients[2] == .zeros([24, 8]))
    let images = Tensor.zeros([0, 4, 4, 3])
    #expect(try images.resized(height: 2, width: 2).shape == [0, 2, 2, 3])
    #expect(try images.adaptivelyMaxPooled(height: 2, width: 2).shape == [0, 2, 2, 3])
    #expect(try Tensor.zeros([0, 3]).crossEntropies(targets: .zeros([0, 3])).shape == [0])
    #expect(try Tensor.cosineSimilarities(.zeros([0, 3]), .zeros([0, 3])).shape == [0])
    #expect(try Tensor.zeros([0, 5]).embedded(in: .zeros([2, 3])).shape == [0, 5, 3])
  }
}
