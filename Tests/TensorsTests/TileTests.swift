import Tensors
import Testing

/// Products made of tiles, beside plain sums and beside oneDNN's.
@Suite(.serialized) struct TileTests {
  /// Rows, inner size and columns: whole tiles, one number, one more and one less than a tile has.
  private static let sizes = [
    (1, 1, 1), (14, 32, 32), (15, 33, 33), (65, 32, 65), (13, 7, 31), (16, 256, 16), (17, 257, 17),
    (3, 2500, 40), (128, 64, 10), (29, 5, 100),
  ]

  private func random(_ dims: [Int], seed: UInt64) -> Tensor {
    var random = Random(seed: seed)
    return .normal(shape: Shape(dims), using: &random)
  }

  /// The sum of |products| bounds what rounding may change.
  private func expect(
    _ result: Tensor, rows: Int, columns: Int, _ terms: (Int, Int) -> [Double]
  ) {
    let values = result.scalars
    for row in 0..<rows {
      for column in 0..<columns {
        let terms = terms(row, column)
        let sum = terms.reduce(0, +), size = terms.reduce(0) { $0 + abs($1) }
        let error = abs(Double(values[row * columns + column]) - sum)
        #expect(error <= 1e-6 * size + 1e-12, "row \(row), column \(column)")
      }
    }
  }

  @Test(arguments: sizes.indices) func denseIsASumOfProducts(_ index: Int) throws {
    let (m, k, n) = Self.sizes[index]
    let (x, weight) = (random([m, k], seed: 1), random([n, k], seed: 2))
    let (bias, addend) = (random([n], seed: 3), random([m, n], seed: 4))
    let result = try x.dense(weight: weight, bias: bias, adding: addend)
    let (a, b, c, d) = (x.scalars, weight.scalars, bias.scalars, addend.scalars)
    expect(result, rows: m, columns: n) { (row: Int, column: Int) -> [Double] in
      var terms = (0..<k).map { (step: Int) -> Double in
        Double(a[row * k + step]) * Double(b[column * k + step])
      }
      terms += [Double(c[column]), Double(d[row * n + column])]
      return terms
    }
  }

  @Test(arguments: sizes.indices) func manyProductsAreSumsEach(_ index: Int) throws {
    let (m, k, n) = Self.sizes[index]
    for transposed in [(false, false), (true, false), (false, true), (true, true)] {
      let x = random(transposed.0 ? [2, k, m] : [2, m, k], seed: 5)
      let y = random(transposed.1 ? [2, n, k] : [2, k, n], seed: 6)
      let result = try x.matrixProduct(y, transposed: (transposed.0, transposed.1))
      let (a, b) = try (x.rows([1]).scalars, y.rows([1]).scalars)
      expect(try result.rows([1]), rows: m, columns: n) { (row: Int, column: Int) -> [Double] in
        (0..<k).map { (step: Int) -> Double in
          let left = a[transposed.0 ? step * m + row : row * k + step]
          let right = b[transposed.1 ? column * k + step : step * n + column]
          return Double(left) * Double(right)
        }
      }
    }
  }

  @Test(arguments: sizes.indices) func theWayWithoutTilesAgrees(_ index: Int) throws {
    let (m, k, n) = Self.sizes[index]
    let (x, weight, bias) = (
      random([m, k], seed: 7), random([n, k], seed: 8), random([n], seed: 9)
    )
    let tiles = try x.dense(weight: weight, bias: bias).scalars
    let other = try Engine.withoutTiles { () throws in
      try x.dense(weight: weight, bias: bias).scalars
    }
    let largest = tiles.reduce(1) { max($0, abs($1)) }
    #expect(zip(tiles, other).allSatisfy { abs($0 - $1) <= 1e-5 * largest })
  }

  @Test func aRowIsTheSameAloneAndInCompany() throws {
    let (x, weight) = (random([97, 300], seed: 10), random([70, 300], seed: 11))
    let whole = try x.dense(weight: weight)
    for row in [0, 13, 14, 50, 96] {
      #expect(try x.rows([row]).dense(weight: weight) == whole.rows([row]))
    }
  }
}
