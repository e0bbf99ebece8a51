internal import COneDNN

extension Tensor {
  /// Token numbers as a tensor: equally long sequences to B×T, each number exactly itself.
  ///
  /// Throws if the sequences differ in length or a number is not in 0..<2²⁴, where every whole
  /// number is a 32-bit float.
  public init(tokens: [[Int]]) throws(TensorError) {
    let length = tokens.first?.count ?? 0
    if let wrong = tokens.firstIndex(where: { $0.count != length }) {
      throw TensorError(
        "Tensor(tokens:): sequence \(wrong) has \(tokens[wrong].count) tokens and the first "
          + "\(length); expected equal lengths. Fill the short ones up.")
    }
    for sequence in tokens {
      if let wrong = sequence.first(where: { !(0..<(1 << 24)).contains($0) }) {
        throw TensorError("Tensor(tokens:): the token \(wrong) is outside 0 to \((1 << 24) - 1).")
      }
    }
    try self.init(tokens.joined().map(Float.init), shape: [tokens.count, length])
  }

  /// The row of `table` for every token number: … to …×D with a table of V×D.
  ///
  /// No multiply-adds are counted. The gradient adds up in the rows that occur; the others are
  /// not touched. Numbers are whole and exact, as from ``init(tokens:)``; the tokens themselves
  /// have no gradient.
  public func embedded(in table: Tensor) throws(TensorError) -> Tensor {
    guard table.shape.rank == 2 else {
      throw TensorError("embedded: the table is \(table.shape), expected vocabulary×width.")
    }
    let (vocabulary, width) = (table.shape[0], table.shape[1])
    let numbers = try tokenNumbers(below: vocabulary)
    let output = try Tensor.output(Shape(shape.dims + [width]), of: "embedded")
    odnn_take_rows(
      table.pointer, numbers, Int64(numbers.count), Int64(width), output.pointer)
    let (tableShape, tableSlot) = (table.shape, table.slot)
    return try output.recorded(
      from: table,
      forward: { t in try t[0].map { try detached.embedded(in: $0) } }
    ) { g, gradients throws(TensorError) in
      gradients.accumulate(into: tableSlot, shape: tableShape) { gradient, isFirst in
        if isFirst { odnn_fill(gradient, 0, Int64(tableShape.count)) }
        odnn_add_to_rows(
          g.pointer, numbers, Int64(numbers.count), Int64(width), Int64(vocabulary), gradient)
      }
    }
  }

  private func tokenNumbers(below vocabulary: Int) throws(TensorError) -> [Int32] {
    let bound = Float(min(vocabulary, 1 << 24))
    return try withUnsafeBuffer { buffer throws(TensorError) in
      // Only whole numbers in range pass: not-a-number fails the comparison.
      if let at = buffer.firstIndex(where: { !($0 >= 0 && $0 < bound && $0 == $0.rounded(.down)) })
      {
        throw TensorError(
          "embedded: scalar \(at) of \(shape) is \(buffer[at]), expected a whole token number from "
            + "0 to \(vocabulary - 1).")
      }
      return buffer.map { Int32($0) }
    }
  }
}
