internal import COneDNN

extension Tensor {
  /// The output shape and the multiply-adds of a matrix product, without running it.
  ///
  /// M×K by K×N, or B×…×M×K by B×…×K×N; a transposed factor is given the other way round.
  public static func matrixProduct(
    _ a: Shape, _ b: Shape, transposed: (first: Bool, second: Bool) = (false, false)
  ) throws(TensorError) -> (output: Shape, multiplyAdds: Int) {
    let sizes = try MatrixSizes(a, b, transposed)
    let (product, overflow) = sizes.output.count.multipliedReportingOverflow(by: sizes.k)
    return (sizes.output, overflow ? .max : product)
  }

  /// The matrix product of the last two axes, for every index of the others: B×…×M×K by B×…×K×N.
  ///
  /// Either both factors have the same leading axes, or one of them is a single matrix used
  /// throughout.
  ///
  /// - Parameter transposed: which factors are given transposed: K×M and N×K.
  public func matrixProduct(
    _ other: Tensor, transposed: (first: Bool, second: Bool) = (false, false)
  ) throws(TensorError) -> Tensor {
    let sizes = try MatrixSizes(shape, other.shape, transposed)
    let arithmetic = Arithmetic.current
    // Each factor is needed for the other's gradient.
    let a = arithmetic.factor(self, keeping: other.slot != nil)
    let b = arithmetic.factor(other, keeping: slot != nil)
    let output = try sizes.product(a.now, b.now)
    let (first, second, shapes) = (slot, other.slot, (shape, other.shape))
    let (keptA, keptB) = (a.later, b.later)
    return try output.recorded(
      from: self, other,
      forward: { t in
        let left = try t[0].map { try arithmetic.factor($0).plainProduct(b.now, transposed) }
        return try .sum(
          left, t[1].map { try a.now.plainProduct(arithmetic.factor($0), transposed) })
      }
    ) { g, table throws(TensorError) in
      let g = arithmetic.factor(consuming: g)
      if first != nil, let b = keptB?.restored() {
        // C = A·B: dA = dC·Bᵀ, and where A is transposed, dA = B·dCᵀ.
        let all =
          transposed.first
          ? try b.plainProduct(g, (transposed.second, true))
          : try g.plainProduct(b, (false, !transposed.second))
        table.add(all.summed(to: shapes.0), to: first)
      }
      if second != nil, let a = keptA?.restored() {
        let all =
          transposed.second
          ? try g.plainProduct(a, (true, transposed.first))
          : try a.plainProduct(g, (!transposed.first, false))
        table.add(all.summed(to: shapes.1), to: second)
      }
    }
  }

}

extension Factor {
  fileprivate func plainProduct(
    _ other: Factor, _ transposed: (Bool, Bool)
  ) throws(TensorError) -> Tensor {
    try MatrixSizes(shape, other.shape, transposed).product(self, other)
  }
}

/// The sizes of a matrix product, checked.
private struct MatrixSizes {
  let transposed: (Bool, Bool)
  let batch: Int, m: Int, n: Int, k: Int
  let output: Shape
  private let steps: (Int, Int)

  init(_ a: Shape, _ b: Shape, _ transposed: (Bool, Bool)) throws(TensorError) {
    func mismatch(_ expected: String) -> TensorError {
      let marks = (transposed.0 ? " transposed" : "", transposed.1 ? " transposed" : "")
      return TensorError(
        "matrixProduct: the factors are \(a)\(marks.0) and \(b)\(marks.1); expected \(expected).")
    }
    guard a.rank >= 2, b.rank >= 2 else { throw mismatch("B×…×M×K and B×…×K×N") }
    let (height, inner) = transposed.0 ? (a[-1], a[-2]) : (a[-2], a[-1])
    (n, k) = (transposed.1 ? b[-2] : b[-1], inner)
    let rows = transposed.1 ? b[-1] : b[-2]
    guard rows == k else { throw mismatch("the same inner size, and they are \(k) and \(rows)") }
    let (left, right) = (a.dims.dropLast(2), b.dims.dropLast(2))
    guard left == right || left.isEmpty || right.isEmpty else {
      throw mismatch("equal leading axes, or a single matrix")
    }
    let leading = left.isEmpty ? right : left
    let sizes = Shape(leading + [height, n])
    guard a.checkedCount != nil, b.checkedCount != nil, sizes.checkedCount != nil else {
      throw mismatch("sizes that fit in memory")
    }
    (self.transposed, output) = (transposed, sizes)
    // One matrix on the right of many that are not transposed: they are one tall matrix.
    if right.isEmpty, !transposed.0 {
      (batch, m, steps) = (1, height * leading.reduce(1, *), (0, 0))
    } else {
      (batch, m) = (leading.reduce(1, *), height)
      steps = (left.isEmpty ? 0 : height * k, right.isEmpty ? 0 : k * n)
    }
  }

  func product(_ a: Factor, _ b: Factor) throws(TensorError) -> Tensor {
    guard output.count > 0, k > 0 else { return .zeros(output) }
    let result = try Tensor.output(output, of: "matrixProduct")
    let call = MatrixCall(
      batch: batch, m: m, n: n, k: k, transposed: transposed,
      isBFloat16: a.arithmetic == .bfloat16)
    try call.run(a.pointer, b.pointer, result.pointer, steps: steps)
    return result
  }
}

extension MatrixCall {
  /// c = op(a) · op(b) for every matrix, or c += …; `steps` lie between the matrices of `a` and `b`.
  ///
  /// A single product whose first factor is not transposed can start from `bias`, n numbers for
  /// every row, and from `addend`, m×n.
  func run(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>,
    steps: (Int, Int), accumulating: Bool = false, bias: Tensor? = nil, addend: Tensor? = nil
  ) throws(TensorError) {
    EngineCall.note(.product(self))
    guard !isBFloat16 else {
      let key = ProductCache.Key(
        call: self, firstStep: steps.0, secondStep: steps.1, isAccumulating: accumulating,
        threads: Tensors.threads)
      try ProductCache.run(key, a, b, c)
      if let bias {
        odnn_add_rows(bias.pointer, addend?.pointer, c, Int64(m), Int64(n))
      } else if let addend {
        odnn_accumulate(addend.pointer, 1, c, Int64(m * n))
      }
      return
    }
    var native = odnn_matrices(self, steps: steps, accumulating: accumulating)
    let scratch = Storage(count: odnn_matrix_scratch(&native))
    try Engine.check(
      odnn_matrix_products(&native, a, b, bias?.pointer, addend?.pointer, c, scratch.pointer),
      "\(self)")
  }
}

extension MatrixCall: CustomStringConvertible {
  package var description: String { "matrix product of \(m)×\(k) and \(k)×\(n)" }
}

extension odnn_matrices {
  init(_ call: MatrixCall, steps: (Int, Int), accumulating: Bool) {
    self.init(
      transpose_a: call.transposed.first ? 1 : 0, transpose_b: call.transposed.second ? 1 : 0,
      accumulate: accumulating ? 1 : 0, batch: Int64(call.batch), m: Int64(call.m),
      n: Int64(call.n), k: Int64(call.k), a_step: Int64(steps.0), b_step: Int64(steps.1))
  }
}
