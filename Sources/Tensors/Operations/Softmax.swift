internal import COneDNN

extension Tensor {
  /// eˣ / Σ eˣ along the last axis: probabilities from logits.
  public func softmax() throws(TensorError) -> Tensor {
    let (rows, classes) = try classRows("softmax")
    let output = try Tensor.output(shape, of: "softmax")
    odnn_softmax(pointer, rows, classes, output.pointer)
    let (input, shape, slot) = (detached, shape, slot)
    return try output.recorded(
      from: self,
      forward: { t in
        try .symmetric(t[0], at: input) { x in try x.softmax() }
      }
    ) { g, table throws(TensorError) in
      let gradient = try Tensor.output(shape, of: "softmax, backward")
      odnn_softmax_gradient(g.pointer, output.pointer, rows, classes, gradient.pointer)
      table.add(gradient, to: slot)
    }
  }

  /// x − log Σ eˣ along the last axis: log-probabilities from logits.
  public func logSoftmax() throws(TensorError) -> Tensor {
    let (rows, classes) = try classRows("logSoftmax")
    let output = try Tensor.output(shape, of: "logSoftmax")
    odnn_log_softmax(pointer, rows, classes, output.pointer)
    let (shape, slot) = (shape, slot)
    return try output.recorded(
      from: self,
      forward: { t in
        // d log p = dx − Σ p · dx
        return try t[0].map {
          try $0 - (output.exponential() * $0).sum(over: [-1], keepingAxes: true)
        }
      }
    ) { g, table throws(TensorError) in
      let gradient = try Tensor.output(shape, of: "softmax, backward")
      odnn_log_softmax_gradient(g.pointer, output.pointer, rows, classes, gradient.pointer)
      table.add(gradient, to: slot)
    }
  }

  func classRows(_ operation: String) throws(TensorError) -> (rows: Int64, classes: Int64) {
    guard let classes = shape.dims.last, classes > 0 else {
      throw TensorError(
        "\(operation): the input is \(shape), expected N×C with at least one class.")
    }
    return (Int64(count / classes), Int64(classes))
  }
}
