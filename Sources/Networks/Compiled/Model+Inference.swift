package import Tensors

extension Model {
  private func withCompiled<Result>(_ body: (CompiledModel) throws -> Result) throws -> Result {
    try checkShapes()
    return try compiled.withLock { compiled in
      let model = compiled ?? CompiledModel(self)
      compiled = model
      return try body(model)
    }
  }

  /// Takes a batch through as far as each sample goes; false if its layers cannot.
  func leaveTogether(
    _ images: Tensor, _ decide: @escaping CompiledModel.Decision
  ) throws -> Bool {
    try withExtendedLifetime(images) {
      try withCompiled {
        try $0.leaving(
          images.storage.pointer, count: images.shape[0], exits: exitCount, decide)
      }
    }
  }

  /// Runs a request on arrays.
  func infer(
    _ request: Request, count: Int, inputs: [UnsafeMutablePointer<Float>],
    outputs: [UnsafeMutablePointer<Float>], execution: Execution? = nil
  ) throws {
    try withCompiled {
      try $0.run(
        request, count: count, inputs: inputs, outputs: outputs, execution: execution)
    }
  }

  /// The logits of the chosen exits, in evaluation.
  func inferred(
    _ images: Tensor, _ wanted: Set<Int>, _ execution: Execution
  ) throws -> [Int: Tensor] {
    let (count, heads) = (images.shape[0], wanted.sorted())
    guard let last = heads.last else { return [:] }
    let blocks = heads.map { _ in Storage(count: count * network.classes) }
    try infer(
      Request(segments: 0...last, heads: heads, keepsFeatures: false), count: count,
      inputs: [images.storage.pointer], outputs: blocks.map(\.pointer), execution: execution)
    let shape: Shape = [count, network.classes]
    return Dictionary(
      uniqueKeysWithValues: zip(heads, blocks.map { Tensor(shape: shape, storage: $0) }))
  }

  /// Runs the convolutions, products and attention that the logits of all exits take, and nothing
  /// else: how long it takes is what evaluation could take at best.
  package func multiplyAlone(_ images: Tensor) throws {
    try checkImages(images)
    let count = images.shape[0]
    let blocks = (0..<exitCount).map { _ in Storage(count: count * network.classes) }
    let request = Request(
      segments: 0...(exitCount - 1), heads: Array(0..<exitCount), keepsFeatures: false,
      isProductsAlone: true)
    try infer(
      request, count: count, inputs: [images.storage.pointer], outputs: blocks.map(\.pointer))
  }

  /// What flows past exit `segment`, from what flows past the exit before.
  func inferred(segment: Int, _ features: [Tensor]) throws -> [Tensor] {
    let count = features[0].shape[0]
    let shapes = plan.exitShapes[segment].map { $0.batched(count) }
    let blocks = shapes.map { Storage(count: $0.count) }
    try infer(
      Request(segments: segment...segment, heads: [], keepsFeatures: true), count: count,
      inputs: features.map(\.storage.pointer), outputs: blocks.map(\.pointer))
    return zip(shapes, blocks).map { Tensor(shape: $0, storage: $1) }
  }

  /// The logits of exit `head` from the value that flows past it.
  func inferred(head: Int, _ features: Tensor) throws -> Tensor {
    let shape: Shape = [features.shape[0], network.classes]
    let block = Storage(count: shape.count)
    try infer(
      Request(segments: nil, heads: [head], keepsFeatures: false), count: shape[0],
      inputs: [features.storage.pointer], outputs: [block.pointer])
    return Tensor(shape: shape, storage: block)
  }
}
