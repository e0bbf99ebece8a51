internal import COneDNN

/// What inference does between convolutions and dense layers, on arrays that exist already.
package enum Pieces {
  package typealias Pointer = UnsafeMutablePointer<Float>

  package static func apply(_ function: Activation, _ x: Pointer, _ y: Pointer, count: Int) {
    odnn_apply_after(function.after, x, y, Int64(count))
  }

  package static func add(_ a: Pointer, _ b: Pointer, relu: Bool, _ y: Pointer, count: Int) {
    odnn_add(a, b, relu ? 1 : 0, y, Int64(count))
  }

  /// The numbers at `places` rounded to bfloat16, as floats or as 16 bits each.
  package static func round(
    _ x: Pointer, _ places: Range<Int>, to form: Arithmetic, _ y: Pointer
  ) {
    let (from, count) = (x + places.lowerBound, Int64(places.count))
    if form == .bfloat16 {
      odnn_narrow(
        from,
        UnsafeMutableRawPointer(y).assumingMemoryBound(to: UInt16.self)
          + places.lowerBound, count)
    } else {
      odnn_round(from, y + places.lowerBound, count)
    }
  }

  /// y = x · factor + offset per channel.
  package static func affine(
    _ x: Pointer, rows: Int, factor: Pointer, offset: Pointer, channels: Int, relu: Bool,
    _ y: Pointer
  ) {
    odnn_channel_affine(
      x, nil, Int64(rows), Int64(channels), factor, offset, relu ? 1 : 0, y)
  }

  package static func layerNorm(
    _ x: Pointer, rows: Int, width: Int, scale: Pointer, shift: Pointer, epsilon: Float,
    _ y: Pointer
  ) {
    odnn_normalize_rows(x, Int64(rows), Int64(width), scale, shift, epsilon, y)
  }

  package static func globalAverage(
    _ x: Pointer, batch: Int, area: Int, channels: Int, _ y: Pointer
  ) {
    odnn_global_average(x, Int64(batch), Int64(area), Int64(channels), y)
  }

  /// `rows` × `columns` into a part of wider rows, or out of them.
  package static func copy(
    _ x: Pointer, step: Int, rows: Int, columns: Int, _ y: Pointer, to toStep: Int
  ) {
    odnn_copy_columns(x, Int64(step), Int64(rows), Int64(columns), y, Int64(toStep))
  }

  /// Every channel of every sample times its factor.
  package static func scale(
    _ x: Pointer, by factors: Pointer, batch: Int, area: Int, channels: Int, _ y: Pointer
  ) {
    odnn_scale_channels(x, factors, Int64(batch), Int64(area), Int64(channels), y)
  }

  /// The rows of a table that the numbers in `x` name, checked.
  package static func embed(
    _ x: Pointer, count: Int, table: Pointer, rows: Int, width: Int, _ y: Pointer
  ) throws(TensorError) {
    for i in 0..<count {
      let number = x[i]
      guard number >= 0, number < Float(rows), number == number.rounded() else {
        throw TensorError(
          "embedded: scalar \(i) is \(number), expected a whole token number from 0 to \(rows - 1)."
        )
      }
      (y + i * width).update(from: table + Int(number) * width, count: width)
    }
  }

  /// The sizes of an attention over tokens that lie side by side.
  package struct Attention: Hashable, Sendable {
    let heads: Int, queries: Int, keys: Int, width: Int
    package let isCausal: Bool
    /// Whether what is multiplied is rounded to bfloat16; queries, keys and values are already.
    package var rounds = false

    /// The same for one query a sample.
    package var ofOneToken: Attention {
      Attention(heads: heads, queries: 1, keys: keys, width: width, isCausal: false)
    }

    /// - Parameter queries: 1 for the answer of one token, which is not causal.
    package init(heads: Int, queries: Int, keys: Int, width: Int, isCausal: Bool) {
      (self.heads, self.queries, self.keys) = (heads, queries, keys)
      (self.width, self.isCausal) = (width, isCausal)
    }

    /// How many parts of one sample can be computed apart.
    package var sharedRows: Int { isCausal ? 1 : queries }

    /// Floats that a sample needs while it runs.
    package var workspace: Int { heads * queries }

    package func run(
      batch: Int, queries q: (Pointer, step: Int), keys k: (Pointer, step: Int),
      values v: (Pointer, step: Int), _ y: Pointer, workspace: Pointer, part: Part
    ) throws(TensorError) {
      let own = part.range(of: queries), first = own.lowerBound
      var native = odnn_attention(
        batch: Int64(batch), heads: Int64(heads), queries: Int64(own.count), keys: Int64(keys),
        width: Int64(width / heads), q: q.0 + first * q.step, k: k.0, v: v.0,
        query_row: Int64(q.step),
        query_sample: Int64(q.step * queries), key_row: Int64(k.step),
        key_sample: Int64(k.step * keys), value_row: Int64(v.step),
        value_sample: Int64(v.step * keys), scale: 1 / Float(width / heads).squareRoot(),
        is_causal: isCausal ? 1 : 0, rounds: rounds ? 1 : 0, mask: nil, mask_row: 0, mask_sample: 0,
        out: y + first * width,
        log_sums: workspace + first * heads)
      try Engine.check(odnn_attention_run(&native), "attention")
    }
  }

  /// The sizes of a pooling.
  package struct Pooling: Hashable, Sendable {
    let input: Shape
    package let output: Shape
    let kernel: Int, stride: Int, padding: Int

    /// - Parameter kernel: 0 for windows that share the image out evenly.
    package init(input: Shape, output: Shape, kernel: Int, stride: Int, padding: Int) {
      (self.input, self.output) = (input, output)
      (self.kernel, self.stride, self.padding) = (kernel, stride, padding)
    }

    private func native(_ batch: Int) -> odnn_pooling_shape {
      odnn_pooling_shape(
        batch: Int64(batch), height: Int64(input[0]), width: Int64(input[1]),
        channels: Int64(input[2]), out_height: Int64(output[0]), out_width: Int64(output[1]),
        kernel: Int64(kernel), stride: Int64(stride), padding: Int64(padding))
    }

    package func average(_ x: Pointer, batch: Int, _ y: Pointer) {
      var shape = native(batch)
      odnn_average_pool(&shape, x, y)
    }

    package func largest(_ x: Pointer, batch: Int, _ y: Pointer, workspace: Pointer) {
      var shape = native(batch)
      workspace.withMemoryRebound(to: Int32.self, capacity: batch * output.count) {
        odnn_max_pool(&shape, x, y, $0)
      }
    }
  }
}
