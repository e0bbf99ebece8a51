internal import COneDNN

extension Tensor {
  /// The mean over all elements of (a − b)²; shapes that fit together are repeated.
  public static func meanSquaredError(_ a: Tensor, _ b: Tensor) throws(TensorError) -> Tensor {
    try squaredDifference(a, b).mean()
  }

  /// a · b / (|a| |b|) of every pair of rows: N×C and N×C to N.
  ///
  /// Lengths are kept above `epsilon`, as in PyTorch.
  public static func cosineSimilarities(
    _ a: Tensor, _ b: Tensor, epsilon: Float = 1e-8
  ) throws(TensorError) -> Tensor {
    try a.requireRank(2, "cosineSimilarities", "N×C")
    try a.requireSameShape(b, "cosineSimilarities")
    let (rows, width) = (a.shape[0], a.shape[1])
    let products = Tensor(uninitialized: [rows, 3])
    odnn_row_products(a.pointer, b.pointer, Int64(rows), Int64(width), products.pointer)
    let lengths = products.lengths(epsilon)
    let output = Tensor(shape: [rows]) { buffer in
      for r in buffer.indices {
        buffer[r] = products.pointer[3 * r] / (lengths[r].a * lengths[r].b)
      }
    }
    let (x, y, first, second) = (a.detached, b.detached, a.slot, b.slot)
    let cosines = output
    return try output.recorded(
      from: a, b,
      forward: { t in
        let ones = Tensor.ones([rows])
        let swapped = lengths.map { (a: $0.b, b: $0.a) }
        let first = try t[0].map {
          try x.cosineGradient(y, ones, cosines, lengths, epsilon).product($0).sum(over: [1])
        }
        let second = try t[1].map {
          try y.cosineGradient(x, ones, cosines, swapped, epsilon).product($0).sum(over: [1])
        }
        return try .sum(first, second)
      }
    ) { g, table throws(TensorError) in
      if first != nil {
        table.add(x.cosineGradient(y, g, cosines, lengths, epsilon), to: first)
      }
      if second != nil {
        let swapped = lengths.map { (a: $0.b, b: $0.a) }
        table.add(y.cosineGradient(x, g, cosines, swapped, epsilon), to: second)
      }
    }
  }

  private typealias Lengths = [(a: Float, b: Float)]

  private func lengths(_ epsilon: Float) -> Lengths {
    (0..<shape[0]).map { r in
      let (aa, bb) = (pointer[3 * r + 1], pointer[3 * r + 2])
      return (max(aa.squareRoot(), epsilon), max(bb.squareRoot(), epsilon))
    }
  }

  /// d cos / da = b / (|a| |b|) − cos · a / |a|²; the second term is absent where |a| was raised.
  private func cosineGradient(
    _ other: Tensor, _ g: Tensor, _ cosines: Tensor, _ lengths: Lengths, _ epsilon: Float
  ) -> Tensor {
    let (rows, width) = (shape[0], shape[1])
    let (own, across) = (Tensor.zeros([rows]), Tensor(uninitialized: [rows]))
    for (r, length) in lengths.enumerated() {
      across.pointer[r] = g.pointer[r] / (length.a * length.b)
      if length.a > epsilon {
        own.pointer[r] = -g.pointer[r] * cosines.pointer[r] / (length.a * length.a)
      }
    }
    let gradient = Tensor(uninitialized: shape)
    odnn_row_mix(
      pointer, other.pointer, own.pointer, across.pointer, Int64(rows), Int64(width),
      gradient.pointer)
    return gradient
  }
}
