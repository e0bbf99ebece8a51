internal import Glibc
public import Tensors

/// A network with numbers: parameters and running statistics.
///
/// ```swift
/// let model = try Model(.resNet20(), seed: 0)
/// let logits = try model.logits(images)           // one tensor of [N, classes] per exit
/// ```
///
/// The final classifier belongs to the backbone: "the backbone" is the network that would be left
/// if all other exits were taken away. Equal networks and seeds give equal models, and every
/// parameter draws from a stream of its own, so networks that differ only in their exits begin
/// with the same backbone.
public final class Model {
  /// What is trained in a phase.
  ///
  /// All else is frozen: it runs as in evaluation, is not recorded, and its running statistics stay
  /// as they are.
  public enum Part: String, Hashable, Sendable, Codable, CaseIterable {
    /// The layers and the final classifier.
    case backbone
    /// The heads of all exits but the last.
    case exits
    /// All of it.
    case everything
  }

  /// The description.
  public let network: Network
  /// The description with shapes and costs.
  public let plan: Plan

  /// The layers from exit k−1 to exit k, at index k.
  let segments: [[LayerNode]]
  /// The heads of the exits, each one a sequence.
  let heads: [LayerNode]
  /// What evaluation runs, made when it is first asked for.
  let compiled = Locked<CompiledModel?>(nil)
  /// The state of all parameters' shapes when this model's were last found right.
  let checkedReshaping = Locked(Reshaping.count)

  /// What the model last took from a file of published weights, and what it kept of its own.
  public internal(set) var loadedWeights: LoadedWeights?

  /// A model with initial values drawn from `seed`.
  ///
  /// - Throws: ``NetworkError`` if the description has a mistake, or if this machine's memory cannot
  ///   hold the parameters.
  public init(_ network: Network, seed: UInt64) throws {
    self.network = network
    plan = try network.plan()
    try Self.checkMemory(plan)
    var segments: [[LayerNode]] = [[]]
    var heads: [LayerNode] = []
    for step in plan.steps {
      let node = try LayerNode(step.plan, path: step.plan.name, seed: seed)
      switch step {
      case .layer: segments[segments.count - 1].append(node)
      case .exit:
        heads.append(node)
        segments.append([])
      }
    }
    LayerNode.makeRoom(in: Array(segments.joined()))
    self.segments = segments.dropLast()
    self.heads = heads
  }

  private static func checkMemory(_ plan: Plan) throws(NetworkError) {
    let needed = 4 * plan.parameterCount
    let present = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    guard needed <= present else {
      let gigabyte = 1_000_000_000
      throw NetworkError(
        "The network's \(plan.parameterCount) parameters need \(needed / gigabyte) GB of memory, and "
          + "this machine has \(present / gigabyte) GB; make its layers narrower")
    }
  }

  /// The number of exits, the final classifier included.
  public var exitCount: Int { heads.count }
}

extension Model {
  /// All parameters: the layers', then each exit's head.
  public var parameters: [Parameter] {
    segments.joined().flatMap(\.allParameters) + heads.flatMap(\.allParameters)
  }

  /// The parameters of the layers and of the final classifier.
  public var backboneParameters: [Parameter] {
    segments.joined().flatMap(\.allParameters) + headParameters(exitCount - 1)
  }

  /// The parameters of the head of exit `exit`, counted from 0.
  public func headParameters(_ exit: Int) -> [Parameter] {
    heads.indices.contains(exit) ? heads[exit].allParameters : []
  }

  /// The parameters that training `part` changes.
  public func parameters(of part: Part) -> [Parameter] {
    switch part {
    case .backbone: backboneParameters
    case .exits: heads.dropLast().flatMap(\.allParameters)
    case .everything: parameters
    }
  }

  /// The running statistics of every batch normalisation, with the dotted name of the layer.
  public var statistics: [(name: String, BatchStatistics)] {
    segments.joined().flatMap(\.allStatistics) + heads.flatMap(\.allStatistics)
  }

  /// Draws new initial values for the heads of all exits but the last.
  ///
  /// A phase that trains exits on a trained backbone starts from fresh heads.
  public func reinitializeHeads(seed: UInt64) throws {
    for head in heads.dropLast() { try head.reinitialize(seed: seed) }
  }
}
