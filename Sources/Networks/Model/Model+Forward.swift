public import Tensors

extension Model {
  /// The logits of the chosen exits for a batch, by exit.
  ///
  /// - Parameters:
  ///   - images: the batch, N,H,W,C.
  ///   - training: the part that is being trained; `nil` for evaluation. What is frozen is neither
  ///     recorded nor changed.
  ///   - tape: records what gradients need, for the trained part.
  ///   - random: the source for dropout.
  ///   - exits: the exits to compute, counted from 0; all of them by default. Layers after the last
  ///     of them are not run.
  /// - Returns: a tensor of [N, classes] for every chosen exit.
  /// - Throws: ``NetworkError`` if the images do not have the network's input shape or an exit does
  ///   not exist; `TensorError` from the operations.
  public func logits(
    _ images: Tensor, training: Part? = nil, tape: Tape? = nil, random: inout Random,
    exits: Set<Int>? = nil
  ) throws -> [Int: Tensor] {
    try checkImages(images)
    let wanted = exits ?? Set(heads.indices)
    for exit in wanted { try checkExit(exit) }
    let execution = Execution(tape: tape, random: random)
    defer { random = execution.random }
    var features = images
    var logits: [Int: Tensor] = [:]
    let backboneTrains = training == .backbone || training == .everything
    for exit in 0..<((wanted.max() ?? -1) + 1) {
      features = try run(segments[exit], features, execution, trains: backboneTrains)
      guard wanted.contains(exit) else { continue }
      logits[exit] = try run(
        [heads[exit]], features, execution, trains: headTrains(exit, training))
    }
    return logits
  }

  /// The logits of every exit in evaluation, in order: one tensor of [N, classes] per exit.
  public func logits(_ images: Tensor) throws -> [Tensor] {
    var random = Random(seed: 0)
    let logits = try logits(images, random: &random)
    return heads.indices.compactMap { logits[$0] }
  }

  /// The backbone from exit k−1 to exit k, in evaluation: features in, features out.
  ///
  /// - Parameters:
  ///   - k: the exit to reach, counted from 0; segment 0 takes images.
  ///   - features: the output of the segment before, for the samples that are still there.
  public func segment(_ k: Int, _ features: Tensor) throws -> Tensor {
    try checkExit(k)
    try k == 0 ? checkImages(features) : checkFeatures(features, after: k - 1)
    return try run(segments[k], features, evaluation, trains: false)
  }

  /// The head of exit k, in evaluation: features in, logits of [N, classes] out.
  public func head(_ k: Int, _ features: Tensor) throws -> Tensor {
    try checkExit(k)
    try checkFeatures(features, after: k)
    return try run([heads[k]], features, evaluation, trains: false)
  }
}

extension Model {
  private var evaluation: Execution { Execution(tape: nil, random: Random(seed: 0)) }

  private func run(
    _ nodes: [LayerNode], _ input: Tensor, _ execution: Execution, trains: Bool
  ) throws -> Tensor {
    guard let first = nodes.first else { return input }
    return try LayerContext(node: first, execution: execution, isTraining: trains)
      .run(sequence: nodes[...], input)
  }

  private func headTrains(_ exit: Int, _ part: Part?) -> Bool {
    switch part {
    case nil: false
    case .backbone: exit == exitCount - 1
    case .exits: exit < exitCount - 1
    case .everything: true
    }
  }

  private func checkExit(_ exit: Int) throws(NetworkError) {
    guard heads.indices.contains(exit) else {
      throw NetworkError(
        "There is no exit \(exit); the network has \(exitCount), counted from 0: "
          + plan.exits.map(\.name).joined(separator: ", "))
    }
  }

  private func checkImages(_ images: Tensor) throws(NetworkError) {
    let shape = images.shape
    guard shape.rank == 4, shape[0] > 0, shape.dims.dropFirst() == network.input.dims[...] else {
      throw NetworkError(
        "The network takes batches of \(network.input) images, N×\(network.input), and got "
          + "\(shape)")
    }
  }

  private func checkFeatures(_ features: Tensor, after exit: Int) throws(NetworkError) {
    let expected = plan.exits[exit].shape
    let dims = features.shape.dims
    guard let count = dims.first, count > 0, dims.dropFirst() == expected.dims[...] else {
      throw NetworkError(
        "The features at exit \(exit) are batches of \(expected), N×\(expected), and not "
          + "\(features.shape)")
    }
  }
}
