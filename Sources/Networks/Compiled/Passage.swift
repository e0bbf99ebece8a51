package import Tensors

/// A batch on its way through a model in evaluation, from exit to exit; samples can leave.
///
/// ```swift
/// let passage = try model.passage(of: images)
/// let logits = try passage.advance()          // at the first exit, of all samples
/// passage.keep([0, 3])                        // the others leave
/// let later = try passage.advance()           // at the second exit, of two
/// ```
package final class Passage {
  private let model: Model
  private var exit = 0
  /// How many samples are still on their way.
  package private(set) var count: Int
  /// What flows past the last exit, one array per scale, and its size for one sample.
  private var features: [(storage: Storage, size: Int)]

  fileprivate init(_ model: Model, _ images: Tensor) {
    self.model = model
    count = images.shape[0]
    features = [(images.storage, images.shape.sample.count)]
  }

  /// The logits of the next exit for the samples that are left: count × classes.
  package func advance() throws -> Tensor {
    let last = exit == model.exitCount - 1
    let next: [(storage: Storage, size: Int)] =
      last
      ? []
      : model.plan.exitShapes[exit].map { (Storage(count: count * $0.count), $0.count) }
    let logits = Storage(count: count * model.network.classes)
    try model.infer(
      Request(segments: exit...exit, heads: [exit], keepsFeatures: !last), count: count,
      inputs: features.map(\.storage.pointer),
      outputs: [logits.pointer] + next.map(\.storage.pointer))
    features = next
    exit += 1
    return Tensor(shape: [count, model.network.classes], storage: logits)
  }

  /// Lets all leave but the samples at these places, which are in ascending order.
  package func keep(_ places: [Int]) {
    for (storage, size) in features {
      for (to, from) in places.enumerated() where to != from {
        let start = storage.pointer
        (start + to * size).update(from: start + from * size, count: size)
      }
    }
    count = places.count
  }
}

extension Model {
  /// Takes a batch from exit to exit while samples leave.
  ///
  /// - Parameter decide: asked at every exit, possibly on several threads at once: of which samples,
  ///   by their places in the batch, and their logits; the answer says which of them stay, by
  ///   ascending places in that list.
  /// - Throws: ``NetworkError`` if the images do not have the network's input shape.
  package func leaving(
    _ images: Tensor,
    _ decide: @escaping (_ exit: Int, _ samples: [Int], _ logits: [Float]) -> [Int]
  ) throws {
    try checkImages(images)
    if images.shape[0] > 0, try leaveTogether(images, decide) { return }
    let passage = Passage(self, images)
    var samples = Array(0..<images.shape[0])
    for exit in 0..<exitCount where !samples.isEmpty {
      let staying = decide(exit, samples, try passage.advance().scalars)
      passage.keep(staying)
      samples = staying.map { samples[$0] }
    }
  }

  /// Starts a batch on its way.
  ///
  /// - Throws: ``NetworkError`` if the images do not have the network's input shape.
  package func passage(of images: Tensor) throws -> Passage {
    try checkImages(images)
    return Passage(self, images)
  }
}
