extension Tensor {
  /// Channels of the first tensor and behind them those of the others, as ``concatenated(_:axis:)``
  /// gives them.
  ///
  /// Where a network does this from layer to layer, each layer would copy what all before it have
  /// made. So rows are as wide as they will be in the end, and the channels of a layer are written
  /// where they belong; convolutions with 1×1 windows read the first part of such rows, and their
  /// gradients are added up in it. Pleiss et al., *Memory-efficient implementation of DenseNets*,
  /// arXiv:1707.06990, share memory to the same end.
  ///
  /// - Parameter room: the channels that there will be in the end.
  package static func appended(_ parts: [Tensor], room: Int) throws(TensorError) -> Tensor {
    let isRecorded = parts.contains { $0.node != nil && $0.node?.tape.forward == nil }
    guard isRecorded, parts.count > 1, parts[0].count > 0 else {
      return try concatenated(parts)
    }
    let shape = try concatenatedShape(parts.map(\.shape), -1).0
    let rows = parts[0].rows(for: shape[-1], room: room, count: shape.count / shape[-1])
    for part in parts.dropFirst() {
      rows.write(part, at: rows.used)
      rows.used += part.shape[-1]
    }
    let (slots, shapes) = (parts.map(\.slot), parts.map(\.shape))
    return try Tensor(rows, shape: shape, isGradient: false).recorded(from: parts) { g, table in
      Tensor.part(g, shapes, slots, table)
    }
  }

  /// The wide rows that these columns are the last of, or new ones.
  private func rows(for width: Int, room: Int, count: Int) -> WideRows {
    let own = shape[-1]
    if let rows = columns?.rows, rows.used == own, rows.step >= width { return rows }
    let rows = WideRows(count: count, step: max(width, room), used: own)
    rows.write(self, at: 0)
    return rows
  }

  /// Gives the gradient of each part to the table: the first keeps its place among wide rows.
  private static func part(
    _ gradient: consuming Tensor, _ shapes: [Shape], _ slots: [Int?], _ table: GradientTable
  ) {
    var gradient = gradient
    let own = gradient.ownColumns
    let isOurs = own != nil || gradient.isUnshared
    let rows = gradient.columns?.rows ?? WideRows(gradient)
    var column = 0
    for (index, shape) in shapes.enumerated() {
      let columns = column..<column + shape[-1]
      column = columns.upperBound
      guard let slot = slots[index] else { continue }
      if index == 0, isOurs {
        table.add(Tensor(rows, shape: shape, isGradient: true), to: slot)
      } else {
        table.add(rows.read(columns, shape: shape), to: slot)
      }
    }
  }
}
