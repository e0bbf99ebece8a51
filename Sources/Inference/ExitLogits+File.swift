internal import Networks
internal import Tensors

extension ExitLogits {
  private static let format = "offramp exit logits 1"

  /// Writes the value to a safetensors file, whole or not at all.
  ///
  /// Tensors `logits` (K×N×C), `labels` (N) and `difficulty` (N, if known); names and costs of the
  /// exits are in the metadata.
  ///
  /// - Throws: a `CheckpointError` that says what kept the file from being written.
  public func save(to path: String) throws {
    var metadata = ["format": ExitLogits.format, "exits": "\(exits.count)"]
    for (place, exit) in exits.enumerated() {
      metadata["exit.\(place).name"] = exit.name
      metadata["exit.\(place).multiply_adds"] = "\(exit.multiplyAdds)"
      metadata["exit.\(place).lazy_multiply_adds"] = "\(exit.lazyMultiplyAdds)"
    }
    var tensors = [
      "logits": try Tensor(
        Array(logits.joined()), shape: [exits.count, count, classes]),
      "labels": try Tensor(labels.map { Float($0) }, shape: [count]),
    ]
    if let difficulty { tensors["difficulty"] = try Tensor(difficulty, shape: [count]) }
    try Checkpoint(tensors, metadata: metadata).write(to: path)
  }

  /// Reads what `save(to:)` has written.
  ///
  /// - Throws: an error that says what is wrong with the file.
  public init(contentsOf path: String) throws {
    let file = try Checkpoint(contentsOf: path)
    guard file.metadata["format"] == ExitLogits.format, let logits = file.tensors["logits"],
      let labels = file.tensors["labels"], logits.shape.rank == 3
    else {
      throw InferenceError(
        "\(path) holds no exit logits; it was not written by ExitLogits.save(to:).")
    }
    let exits = try (0..<logits.shape[0]).map { try Exit(number: $0, in: file.metadata, of: path) }
    let values = logits.scalars
    let width = logits.shape[1] * logits.shape[2]
    try self.init(
      exits: exits, labels: labels.scalars.map { Int32(exactly: $0) ?? -1 },
      classes: logits.shape[2],
      logits: exits.indices.map { Array(values[($0 * width)..<(($0 + 1) * width)]) },
      difficulty: file.tensors["difficulty"]?.scalars)
  }
}

extension ExitLogits.Exit {
  fileprivate init(number: Int, in metadata: [String: String], of path: String) throws {
    guard let name = metadata["exit.\(number).name"],
      let cost = metadata["exit.\(number).multiply_adds"].flatMap({ Int($0) }),
      let lazy = metadata["exit.\(number).lazy_multiply_adds"].flatMap({ Int($0) })
    else {
      throw InferenceError("\(path) does not say what exit \(number) is called and what it costs.")
    }
    self.init(name: name, multiplyAdds: cost, lazyMultiplyAdds: lazy)
  }
}
