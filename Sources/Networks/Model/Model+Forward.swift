public import Tensors

extension Model {
  /// The logits of the chosen exits for a batch, by exit.
  ///
  /// Evaluation without a tape takes a path of its own: normalisation is folded into the
  /// convolutions before it, weights are packed once, and only what the exits need is computed. Its
  /// logits are those of training's path to within rounding. Products have the precision of the
  /// calling thread: see `Tensors.withPrecision`.
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
    if training == nil, tape == nil { return try inferred(images, wanted, execution) }
    return try passed(images, wanted, training, execution)
  }

  /// The logits of the chosen exits, layer by layer on tensors.
  package func passed(
    _ images: Tensor, _ wanted: Set<Int>, _ training: Part? = nil, random: Random = Random(seed: 0)
  ) throws -> [Int: Tensor] {
    try passed(images, wanted, training, Execution(tape: nil, random: random))
  }

  private func passed(
    _ images: Tensor, _ wanted: Set<Int>, _ training: Part?, _ execution: Execution
  ) throws -> [Int: Tensor] {
    var features = [images]
    var logits: [Int: Tensor] = [:]
    let backboneTrains = training == .backbone || training == .everything
    let last = wanted.max() ?? -1
    for exit in 0..<(last + 1) {
      if exit == last, let (block, token) = singleToken(at: exit) {
        features = try run(
          segments[exit].dropLast(), features, execution, trains: backboneTrains)
        let context = LayerContext(
          node: segments[exit][segments[exit].count - 1], execution: execution,
          isTraining: backboneTrains)
        let head = LayerContext(
          node: heads[exit], execution: execution, isTraining: headTrains(exit, training))
        logits[exit] = try head.run(
          sequence: heads[exit].children.dropFirst(),
          block.forward(features[0], context, only: token))
        continue
      }
      features = try run(segments[exit][...], features, execution, trains: backboneTrains)
      guard wanted.contains(exit) else { continue }
      logits[exit] = try run(
        [heads[exit]][...], features.suffix(1), execution, trains: headTrains(exit, training))[0]
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
  ///   - features: the output of the segment before, for the samples that are still there: one
  ///     tensor, or one per scale, the finest first.
  public func segment(_ k: Int, _ features: [Tensor]) throws -> [Tensor] {
    try checkExit(k)
    try k == 0 ? checkImages(features) : checkFeatures(features, after: k - 1)
    return try inferred(segment: k, features)
  }

  /// The backbone from exit k−1 to exit k where it has one scale.
  ///
  /// - Throws: ``NetworkError`` if several scales flow past exit k.
  public func segment(_ k: Int, _ features: Tensor) throws -> Tensor {
    let scales = try segment(k, [features])
    guard scales.count == 1 else {
      throw NetworkError(
        "\(scales.count) scales flow past exit \(k); ask for all of them with segment(k, [features])"
      )
    }
    return scales[0]
  }

  /// The head of exit k, in evaluation: features in, logits of [N, classes] out.
  ///
  /// Of several scales the head takes the last, the coarsest.
  public func head(_ k: Int, _ features: [Tensor]) throws -> Tensor {
    try checkExit(k)
    try checkFeatures(features, after: k)
    return try inferred(head: k, features[features.count - 1])
  }

  /// The head of exit k, in evaluation: its features in, logits of [N, classes] out.
  public func head(_ k: Int, _ features: Tensor) throws -> Tensor {
    try checkExit(k)
    try checkFeatures(features, plan.exits[k].shape, k)
    return try inferred(head: k, features)
  }
}

extension Model {
  private func run(
    _ nodes: ArraySlice<LayerNode>, _ inputs: [Tensor], _ execution: Execution, trains: Bool
  ) throws -> [Tensor] {
    guard let first = nodes.first else { return inputs }
    return try LayerContext(node: first, execution: execution, isTraining: trains)
      .run(scales: nodes, inputs)
  }

  /// The transformer's block right before an exit that looks at one token, and which.
  ///
  /// Where nothing follows the exit, the block need not compute the others.
  private func singleToken(at exit: Int) -> (TransformerBlock, token: Int)? {
    guard let block = segments[exit].last?.layer as? TransformerBlock,
      let token = heads[exit].children.first?.layer as? Token
    else { return nil }
    return (block, token.index)
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

  private func checkImages(_ images: [Tensor]) throws(NetworkError) {
    guard images.count == 1 else {
      throw NetworkError("The network takes one batch, and got \(images.count)")
    }
    try checkImages(images[0])
  }

  func checkImages(_ images: Tensor) throws(NetworkError) {
    let (shape, input) = (images.shape, network.input)
    guard let count = shape.dims.first, count > 0, shape.dims.dropFirst() == input.dims[...] else {
      throw NetworkError(
        network.vocabulary == nil
          ? "The network takes batches of \(input) images, N×\(input), and got \(shape)"
          : "The network takes batches of \(input) token numbers, N×\(input), and got \(shape)")
    }
  }

  private func checkFeatures(_ features: [Tensor], after exit: Int) throws(NetworkError) {
    let expected = plan.exitShapes[exit]
    guard features.count == expected.count else {
      throw NetworkError(
        "\(expected.count) scales flow past exit \(exit), and it got \(features.count)")
    }
    for (tensor, shape) in zip(features, expected) { try checkFeatures(tensor, shape, exit) }
  }

  private func checkFeatures(
    _ features: Tensor, _ expected: Shape, _ exit: Int
  ) throws(NetworkError) {
    let dims = features.shape.dims
    guard let count = dims.first, count > 0, dims.dropFirst() == expected.dims[...] else {
      throw NetworkError(
        "The features at exit \(exit) are batches of \(expected), N×\(expected), and not "
          + "\(features.shape)")
    }
  }
}
