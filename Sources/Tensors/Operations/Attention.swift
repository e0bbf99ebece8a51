internal import COneDNN

extension Tensor {
  /// Multiply-adds of attention for one sample: queries × keys × width, for the scores and again for
  /// the mean of the values.
  public static func attentionMultiplyAdds(queries: Int, keys: Int, width: Int) -> Int {
    2.product(queries).product(keys).product(width)
  }

  /// Attention of every token to every other in its sample, from one tensor of queries, keys and
  /// values: B×T×3D to B×T×D, all queries first, `heads` heads of D/heads side by side in each.
  ///
  /// ```
  /// softmax(Q Kᵀ / √(D/heads) + mask) V      for each head
  /// ```
  /// It is what `Dense(3 · D)` gives, in PyTorch's order; nothing is copied apart. The scores of one
  /// head exist for a block of queries at a time, forward and backward.
  /// Vaswani et al., *Attention is all you need*, 2017, arXiv 1706.03762, equation 1.
  ///
  /// - Parameters:
  ///   - mask: added to the scores; T×T, B×1×T or B×T×T. −∞ hides a token. Gets no gradient.
  ///   - isCausal: whether a token sees only itself and those before it.
  public func selfAttention(
    heads: Int, mask: Tensor? = nil, isCausal: Bool = false
  ) throws(TensorError) -> Tensor {
    guard shape.rank == 3, shape[2] > 0, 1...shape[2] ~= heads,
      shape[2] % (3 * heads) == 0
    else {
      throw TensorError(
        "selfAttention: the input is \(shape) with \(heads) heads; expected B×T×3D, queries, keys "
          + "and values, with D divisible by the heads.")
    }
    let width = shape[2] / 3
    let sizes = try AttentionSizes(
      batch: shape[0], heads: heads, queries: shape[1], keys: shape[1], width: width / heads,
      isCausal: isCausal, mask: mask)
    let (slot, input) = (slot, sizes.arithmetic.factor(self, keeping: slot != nil))
    let native: ([Pointer]) -> odnn_attention = { start in
      sizes.native(
        (start[0], 3 * width), (start[0] + width, 3 * width), (start[0] + 2 * width, 3 * width))
    }
    let (output, sums) = try sizes.forward([input.now], native)
    let (result, kept) = (slot.map { _ in KeptFactor(keeping: output) }, input.later)
    return try output.recorded(
      from: self,
      forward: { t in
        let parts = try [detached, t[0]].map { tensor in
          try tensor.map { whole in
            try (0..<3).map { k in
              try whole.slice(k * width..<(k + 1) * width, axis: 2)
            }
          }
        }
        guard let values = parts[0] else { return nil }
        return try sizes.tangent(values, parts[1] ?? [nil, nil, nil])
      }
    ) { g, table throws(TensorError) in
      let gradient = try Tensor.output(
        [sizes.batch, sizes.queries, 3 * width], of: "selfAttention, backward")
      let start = gradient.pointer
      try sizes.backward(
        [kept], native, result, sums, g, (start, start + width, start + 2 * width))
      table.add(gradient, to: slot)
    }
  }

  /// Attention of T queries, B×T×D, to keys and values side by side: B×S×2D, all keys first.
  package static func attention(
    queries: Tensor, keysAndValues pairs: Tensor, heads: Int
  ) throws(TensorError) -> Tensor {
    let (q, p) = (queries.shape, pairs.shape)
    guard q.rank == 3, p.rank == 3, q[0] == p[0], p[2] == 2 * q[2], heads >= 1, q[2] > 0,
      q[2] % heads == 0
    else {
      throw TensorError(
        "attention: the queries are \(q), the keys and values \(p), with \(heads) heads; expected "
          + "B×T×D and B×S×2D with D divisible by the heads.")
    }
    let width = q[2]
    guard try !Tensor.carry(queries, pairs) else {
      return try attention(
        queries: queries, keys: pairs.slice(0..<width, axis: 2),
        values: pairs.slice(width..<2 * width, axis: 2), heads: heads)
    }
    let sizes = try AttentionSizes(
      batch: q[0], heads: heads, queries: q[1], keys: p[1], width: width / heads,
      isCausal: false, mask: nil)
    let slots = (queries.slot, pairs.slot)
    let isKept = slots.0 != nil || slots.1 != nil
    let query = sizes.arithmetic.factor(queries, keeping: isKept)
    let pair = sizes.arithmetic.factor(pairs, keeping: isKept)
    let native: ([Pointer]) -> odnn_attention = { start in
      sizes.native(
        (start[0], width), (start[1], 2 * width), (start[1] + width, 2 * width))
    }
    let (output, sums) = try sizes.forward([query.now, pair.now], native)
    let result = isKept ? KeptFactor(keeping: output) : nil
    let kept = [query.later, pair.later]
    return try output.recorded(from: queries, pairs) { g, table throws(TensorError) in
      let (dq, dp) = (Tensor(uninitialized: q), Tensor(uninitialized: p))
      try sizes.backward(
        kept, native, result, sums, g, (dq.pointer, dp.pointer, dp.pointer + width))
      table.add(dq, to: slots.0)
      table.add(dp, to: slots.1)
    }
  }

  /// Attention with queries, keys and values apart: B×T×D, B×S×D and B×S×D to B×T×D.
  ///
  /// See ``selfAttention(heads:mask:isCausal:)``; the mask is T×S, B×1×S or B×T×S.
  public static func attention(
    queries: Tensor, keys: Tensor, values: Tensor, heads: Int, mask: Tensor? = nil,
    isCausal: Bool = false
  ) throws(TensorError) -> Tensor {
    let (q, k, v) = (queries.shape, keys.shape, values.shape)
    guard q.rank == 3, k.rank == 3, k == v, q[0] == k[0], q[2] == k[2], heads >= 1, q[2] > 0,
      q[2] % heads == 0
    else {
      throw TensorError(
        "attention: the queries are \(q), the keys \(k), the values \(v), with \(heads) heads; "
          + "expected B×T×D, B×S×D and B×S×D with D divisible by the heads.")
    }
    let sizes = try AttentionSizes(
      batch: q[0], heads: heads, queries: q[1], keys: k[1], width: q[2] / heads,
      isCausal: isCausal, mask: mask)
    let inputs = [queries.detached, keys.detached, values.detached]
    let slots = (queries.slot, keys.slot, values.slot)
    let isKept = slots.0 != nil || slots.1 != nil || slots.2 != nil
    let factors = inputs.map { sizes.arithmetic.factor($0, keeping: isKept) }
    let native: ([Pointer]) -> odnn_attention = { start in
      sizes.native((start[0], q[2]), (start[1], q[2]), (start[2], q[2]))
    }
    let (output, sums) = try sizes.forward(factors.map(\.now), native)
    let result = isKept ? KeptFactor(keeping: output) : nil
    let kept = factors.map(\.later)
    return try output.recorded(
      from: queries, keys, values,
      forward: { t in try sizes.tangent(inputs, t) }
    ) { g, table throws(TensorError) in
      let (dq, dk) = (Tensor(uninitialized: q), Tensor(uninitialized: k))
      let dv = Tensor(uninitialized: v)
      try sizes.backward(
        kept, native, result, sums, g, (dq.pointer, dk.pointer, dv.pointer))
      table.add(dq, to: slots.0)
      table.add(dk, to: slots.1)
      table.add(dv, to: slots.2)
    }
  }
}

private typealias Pointer = UnsafeMutablePointer<Float>

/// The sizes of an attention, checked, and its mask.
private struct AttentionSizes {
  let batch: Int, heads: Int, queries: Int, keys: Int, width: Int
  let isCausal: Bool
  let mask: Tensor?
  /// Its products are small, so rounded factors are multiplied as floats.
  let arithmetic: Arithmetic = Arithmetic.current == .float32 ? .float32 : .rounded

  init(
    batch: Int, heads: Int, queries: Int, keys: Int, width: Int, isCausal: Bool, mask: Tensor?
  ) throws(TensorError) {
    guard keys > 0 || batch == 0 || queries == 0, keys <= Int(odnn_most_keys) else {
      throw TensorError(
        "attention: there are \(keys) tokens to attend to, expected 1 to \(odnn_most_keys).")
    }
    let shapes: [Shape] = [[queries, keys], [batch, 1, keys], [batch, queries, keys]]
    if let mask, !shapes.contains(mask.shape) {
      throw TensorError(
        "attention: the mask is \(mask.shape), expected "
          + shapes.map(\.description).joined(separator: " or ") + ".")
    }
    (self.batch, self.heads, self.queries, self.keys) = (batch, heads, queries, keys)
    (self.width, self.isCausal, self.mask) = (width, isCausal, mask?.detached)
  }

  private var isEmpty: Bool { batch * queries * keys == 0 }

  func native(
    _ q: (Pointer, row: Int), _ k: (Pointer, row: Int), _ v: (Pointer, row: Int)
  ) -> odnn_attention {
    odnn_attention(
      batch: Int64(batch), heads: Int64(heads), queries: Int64(queries), keys: Int64(keys),
      width: Int64(width), q: q.0, k: k.0, v: v.0, query_row: Int64(q.row),
      query_sample: Int64(q.row * queries), key_row: Int64(k.row),
      key_sample: Int64(k.row * keys), value_row: Int64(v.row),
      value_sample: Int64(v.row * keys), scale: 1 / Float(width).squareRoot(),
      is_causal: isCausal ? 1 : 0,
      rounds: arithmetic == .rounded ? 1 : 0, mask: mask.map { UnsafePointer($0.pointer) },
      mask_row: maskRow, mask_sample: maskSample, out: nil, log_sums: nil)
  }

  private var maskRow: Int64 {
    guard let mask else { return 0 }
    return mask.shape[-2] == queries && (mask.shape.rank == 2 || queries > 1) ? Int64(keys) : 0
  }

  private var maskSample: Int64 {
    guard let mask, mask.shape.rank == 3 else { return 0 }
    return Int64(mask.shape[1] * keys)
  }

  /// - Parameter native: queries, keys and values, given where the arrays of `inputs` begin.
  func forward(
    _ inputs: [Factor], _ native: ([Pointer]) -> odnn_attention
  ) throws(TensorError) -> (Tensor, Storage) {
    let output = try Tensor.output([batch, queries, heads * width], of: "attention")
    let sums = Storage(count: batch * heads * queries)
    guard !isEmpty else { return (output, sums) }
    noteScores()
    noteProduct(m: queries, n: width, k: keys, (false, false))
    let status = withExtendedLifetime(inputs) {
      var run = native(inputs.map(\.pointer))
      (run.out, run.log_sums) = (output.pointer, sums.pointer)
      return odnn_attention_run(&run)
    }
    try Engine.check(status, "attention of \(output.shape)")
    return (output, sums)
  }

  private func noteScores() { noteProduct(m: queries, n: keys, k: width, (false, true)) }

  private func noteProduct(m: Int, n: Int, k: Int, _ transposed: (Bool, Bool)) {
    EngineCall.note(
      .product(MatrixCall(batch: batch * heads, m: m, n: n, k: k, transposed: transposed)))
  }

  func backward(
    _ kept: [KeptFactor?], _ native: ([Pointer]) -> odnn_attention, _ result: KeptFactor?,
    _ sums: Storage, _ gradient: consuming Tensor, _ targets: (q: Pointer, k: Pointer, v: Pointer)
  ) throws(TensorError) {
    guard !isEmpty else { return }
    noteScores()
    noteProduct(m: queries, n: keys, k: width, (false, true))
    for _ in 0..<2 { noteProduct(m: keys, n: width, k: queries, (true, false)) }
    noteProduct(m: queries, n: width, k: keys, (false, false))
    guard let output = result?.restored() else { return }
    let inputs = kept.compactMap { $0?.restored() }
    let slope = arithmetic.factor(consuming: gradient)
    let status = withExtendedLifetime((inputs, output, slope)) {
      var run = native(inputs.map(\.pointer))
      (run.out, run.log_sums) = (output.pointer, sums.pointer)
      return odnn_attention_gradient(&run, slope.pointer, targets.q, targets.k, targets.v)
    }
    try Engine.check(status, "attention of \(output.shape)")
  }

  /// The derivative of the output along those of queries, keys and values, each B×T×D:
  /// dO = dP V + P dV with dP = P ∘ (dS − Σ P ∘ dS) and dS = (dQ Kᵀ + Q dKᵀ) / √d.
  func tangent(_ inputs: [Tensor], _ tangents: [Tensor?]) throws -> Tensor? {
    guard !isEmpty else { return .zeros([batch, queries, heads * width]) }
    let (q, k, v) = try (apart(inputs[0]), apart(inputs[1]), apart(inputs[2]))
    let weights = try self.weights(q, k)
    let turned = (first: false, second: true)
    let scores = try Tensor.sum(
      tangents[0].map { try apart($0).matrixProduct(k, transposed: turned) },
      tangents[1].map { try q.matrixProduct(apart($0), transposed: turned) })
    let first = try scores.map { slope in
      let own = try weights * (slope * (1 / Float(width).squareRoot()))
      let change = try own - weights * own.sum(over: [-1], keepingAxes: true)
      return try change.matrixProduct(v)
    }
    let second = try tangents[2].map { try weights.matrixProduct(apart($0)) }
    return try Tensor.sum(first, second)?.permuted([0, 2, 1, 3])
      .reshaped([batch, queries, heads * width])
  }

  /// B×T×D as B×heads×T×(D/heads).
  private func apart(_ whole: Tensor) throws(TensorError) -> Tensor {
    try whole.reshaped([batch, whole.shape[1], heads, width]).permuted([0, 2, 1, 3])
  }

  /// softmax(Q Kᵀ / √d + mask), and zeros where a token sees nothing.
  private func weights(_ q: Tensor, _ k: Tensor) throws(TensorError) -> Tensor {
    var scores =
      try q.matrixProduct(k, transposed: (false, true)) * (1 / Float(width).squareRoot())
    if let mask {
      let dims = mask.shape.dims
      let rows = dims.count == 2 ? mask.shape : Shape([dims[0], 1] + dims.dropFirst())
      scores = try scores + mask.reshaped(rows)
    }
    if isCausal {
      scores =
        try scores
        + Tensor(shape: [queries, keys]) { buffer in
          for i in buffer.indices { buffer[i] = i % keys > i / keys ? -.infinity : 0 }
        }
    }
    var weights = try scores.softmax()
    weights.withUnsafeMutableBuffer { buffer in
      for i in buffer.indices where buffer[i].isNaN { buffer[i] = 0 }
    }
    return weights
  }
}
