import Tensors
import Testing

/// Shapes that no memory holds are errors, also where one of their sizes is 0 and there would be
/// nothing to hold; numbers that would overflow stop at the largest.
@Suite struct AbsurdShapeTests {
  static let most = 1 << 40

  @Test(
    arguments: [
      [0, most, most], [most, 0, most], [most, most, 0], [most, 0], [-1, 0], [0, .max, .max],
      [.max, .max], [.min, .min], [.max],
    ] as [[Int]])
  func canNeitherBeMadeNorReached(_ dims: [Int]) {
    #expect(throws: TensorError.self) { try Tensor([], shape: Shape(dims)) }
    #expect(throws: TensorError.self) { try Tensor.zeros([0]).reshaped(Shape(dims)) }
    #expect(throws: TensorError.self) { try Tensor.zeros([1]).broadcast(to: Shape(dims)) }
    #expect(throws: TensorError.self) {
      try Tensor.matrixProduct(Shape(dims + [3]), Shape([3, 2]))
    }
    #expect(throws: TensorError.self) {
      try Tensor.pooledShape(Shape([1] + dims + [1]), kernel: 1)
    }
  }

  @Test func emptyTensorsOfSaneShapesAreFine() throws {
    for shape in [[0, 3], [3, 0], [0, 0, 4], [2, 0, 5]] as [Shape] {
      let x = try Tensor([], shape: shape)
      #expect(x.count == 0 && x.shape == shape)
      #expect(try x.flattened().count == 0)
    }
  }

  @Test func countsStopAtTheLargestNumber() throws {
    #expect(Shape([.max, 2]).count == .max)
    #expect(Shape([.max, -2]).count == .min)
    #expect(Shape([2, 3, 4]).count == 24)
    #expect(Tensor.attentionMultiplyAdds(queries: .max, keys: 2, width: 3) == .max)
    #expect(Tensor.denseMultiplyAdds(weight: [.max, 2]) == .max)
    let wide = try Tensor.unfoldedShape(
      [1, 1, 1, 1 << 30], kernel: 32_767, stride: 1, padding: 32_767)
    #expect(wide[2] > 0)
  }
}
