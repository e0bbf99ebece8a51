public import Datasets
import Networks
public import Tensors

/// Anything with parameters that turns images into logits: the floor under ``Network``.
///
/// ```swift
/// struct TwoExits: Trainable {
///   let stem = Parameter(…), first = Parameter(…), last = Parameter(…)
///   var parameters: [Parameter] { [stem, first, last] }
///
///   func logits(_ images: Tensor, _ pass: Pass) throws -> [Tensor] {
///     let early = try images.convolved(with: pass.value(of: stem), padding: 1).relu()
///     let late = try early.averagePooled(kernel: 2)
///     return [
///       try early.flattened().dense(weight: pass.value(of: first)),
///       try late.flattened().dense(weight: pass.value(of: last)),
///     ]
///   }
/// }
/// let history = try TwoExits().train(on: data, epochs: 5)
/// ```
///
/// It is trained as one piece, all exits at once: regimes need to know what the backbone is, and
/// that is what a `Network` says.
public protocol Trainable {
  /// Everything that training changes.
  var parameters: [Parameter] { get }

  /// The logits of every exit, first to last, each N×classes, for a batch of N×H×W×C.
  func logits(_ images: Tensor, _ pass: Pass) throws -> [Tensor]
}

/// One pass through something ``Trainable``: for learning or for looking.
public final class Pass {
  private let tape: Tape?
  /// The source of randomness, for dropout and the like.
  public var random: Random

  init(tape: Tape?, random: Random) {
    self.tape = tape
    self.random = random
  }

  /// Whether the pass is one of training.
  public var isTraining: Bool { tape != nil }

  /// A parameter's value; in training, one through which gradients are found.
  public func value(of parameter: Parameter) -> Tensor {
    tape?.watch(parameter) ?? parameter.value
  }
}

extension Trainable {
  /// Trains all parameters on all exits at once, in place.
  ///
  /// - Returns: What happened, epoch by epoch and exit by exit.
  /// - Throws: ``TrainingError`` if something does not fit, or a loss stops being a finite number;
  ///   the parameters are then as they were at the end of the last good epoch.
  @discardableResult
  public func train(
    on data: Dataset, epochs: Int, seed: UInt64 = 0, recipe: Recipe = .default
  ) throws -> History {
    if data.train.count == 0 {
      throw TrainingError("The training split of the data \"\(data.name)\" is empty.")
    }
    let learner = try TrainableLearner(self, data)
    let plans = try PhasePlan.plans(
      for: .joint, epochs: .total(epochs), recipe: recipe, learner: learner,
      weights: learner.exitNames.map { _ in 1 }, data: data, earlier: 0)
    var loop = TrainingLoop(
      learner: learner, data: data, plans: plans, recipe: recipe, seed: seed,
      observer: Trainer.observer, shouldStop: Trainer.shouldStop, history: History())
    do {
      _ = try loop.run()
    } catch let divergence as TrainingLoop.Divergence {
      if let mark = loop.mark { try learner.restore(mark.state) }
      throw TrainingError(divergence.message)
    }
    return loop.history
  }

  /// The accuracy of every exit on a split, in 0…1, first to last; empty if the split is.
  public func accuracies(on split: Split, batchSize: Int = 128) throws -> [Double] {
    try Recipe.requireBatch(batchSize, "The batch size")
    let learner = try TrainableLearner(self, split: split, classes: nil)
    let exits = Array(learner.exitNames.indices)
    return try learner.accuracies(on: split, exits: exits, batchSize: batchSize) ?? []
  }
}

/// Something trainable, as the loop wants it.
private struct TrainableLearner: Learner {
  let base: any Trainable
  let exitNames: [String]

  init(_ base: any Trainable, _ data: Dataset) throws {
    try self.init(base, split: data.train, classes: data.classes)
  }

  /// Looks at one image, to learn how many exits there are and whether their logits fit.
  init(_ base: any Trainable, split: Split, classes: Int?) throws {
    self.base = base
    let images = split.batch(Array(0..<min(1, split.count)))
    let logits = try base.logits(images, Pass(tape: nil, random: Random(seed: 0)))
    if logits.isEmpty { throw TrainingError("\(type(of: base)) has no exits: logits is empty.") }
    for (exit, logits) in logits.enumerated() {
      let shape = logits.shape
      guard shape.rank == 2, shape[0] == images.shape[0], shape[1] == classes ?? shape[1] else {
        throw TrainingError(
          """
          Exit \(exit + 1) of \(type(of: base)) gives logits of \(shape) for one image, expected \
          1×\(classes.map(String.init) ?? "classes").
          """)
      }
    }
    exitNames = logits.indices.map { "exit \($0 + 1)" }
  }

  func parameters(of part: Model.Part) -> [Parameter] { base.parameters.filter(\.isTrainable) }

  func logits(
    _ images: Tensor, exits: [Int], training part: Model.Part?, tape: Tape?, random: inout Random
  ) throws -> [Tensor] {
    let pass = Pass(tape: tape, random: random)
    let logits = try base.logits(images, pass)
    random = pass.random
    return exits.map { logits[$0] }
  }

  func state() -> [String: Tensor] {
    Dictionary(uniqueKeysWithValues: base.parameters.enumerated().map { ("\($0)", $1.value) })
  }

  func restore(_ state: [String: Tensor]) throws {
    for (index, parameter) in base.parameters.enumerated() {
      parameter.value = state["\(index)"] ?? parameter.value
    }
  }
}
