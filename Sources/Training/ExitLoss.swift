import Tensors

/// What a phase minimises: the weighted cross-entropies of the exits it trains, put together.
///
/// ```
/// mean:  L = 1/|T| · Σ_k∈T α_k · CE_k        sum:  L = Σ_k∈T α_k · CE_k
/// ```
///
/// T holds the exits that the phase trains: the last for the backbone, all but the last for the
/// exits, all for everything. α_k is the exit's weight in the network (`Exit(weight:)`) unless
/// `weights` says otherwise. A phase with a single exit in T takes its weight as 1: weights say
/// how exits matter beside each other.
///
/// The paper's code takes the mean; MSDNet and Shallow-Deep Networks take the sum, which with K
/// exits asks for a learning rate K times smaller.
public struct ExitLoss: Hashable, Codable, Sendable {
  /// How the exits' cross-entropies are put together.
  public enum Reduction: String, Hashable, Codable, Sendable { case mean, sum }

  /// How the exits' cross-entropies are put together.
  public var reduction: Reduction
  /// A weight for every exit of the network, first to last; the network's own if nil.
  public var weights: [Double]?

  /// The mean (or sum) over exits, with the network's weights unless others are given.
  public init(_ reduction: Reduction, weights: [Double]? = nil) {
    self.reduction = reduction
    self.weights = weights
  }

  /// The mean over exits, as in the paper's code.
  public static let mean = ExitLoss(.mean)
  /// The sum over exits, as in MSDNet.
  public static let sum = ExitLoss(.sum)

  /// Weights that rise linearly over K exits from `first` to `last`, with mean 1 by default.
  ///
  /// Han et al. 2022, arXiv:2209.08310, as used in §4.5 of "Joint or Disjoint".
  public static func ramp(exits: Int, from first: Double = 0.6, to last: Double = 1.4) -> ExitLoss {
    let step = exits > 1 ? (last - first) / Double(exits - 1) : 0
    return ExitLoss(.mean, weights: (0..<max(exits, 0)).map { first + step * Double($0) })
  }
}

extension ExitLoss: CustomStringConvertible {
  public var description: String {
    guard let weights else { return "\(reduction) over exits" }
    return "\(reduction) over exits weighted \(weights)"
  }
}

extension ExitLoss {
  /// The factor on each trained exit's cross-entropy, in the order of `exits` (indices from 0).
  ///
  /// - Parameter defaults: The network's own weights, one for every exit.
  /// - Throws: ``TrainingError`` if weights do not fit the network or are not all 0 or more.
  package func factors(for exits: [Int], defaults: [Double]) throws(TrainingError) -> [Double] {
    let all = weights ?? defaults
    if all.count != defaults.count {
      throw TrainingError(
        "The loss has \(all.count) weights, but the network has \(defaults.count) exits.")
    }
    if let odd = all.first(where: { !($0.isFinite && $0 >= 0) }) {
      throw TrainingError("The weights of the exits' losses must be 0 or more, got \(odd).")
    }
    let chosen = exits.count == 1 ? [1] : exits.map { all[$0] }
    if chosen.allSatisfy({ $0 == 0 }) {
      throw TrainingError("The weights of all trained exits are 0: nothing would be learned.")
    }
    return reduction == .sum ? chosen : chosen.map { $0 / Double(exits.count) }
  }

  /// Σ factor · loss, of at least one loss.
  static func total(_ losses: [Tensor], _ factors: [Double]) throws(TensorError) -> Tensor {
    var sum = try losses[0] * Float(factors[0])
    for (loss, factor) in zip(losses, factors).dropFirst() {
      sum = try sum + loss * Float(factor)
    }
    return sum
  }
}
