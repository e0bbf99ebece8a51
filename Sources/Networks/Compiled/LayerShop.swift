import Tensors

/// Makes the layers of a model's schedules, those that are alike once.
final class LayerShop {
  private var layers: [LayerKey: FusedLayer] = [:]
  private var known: [WeightsKey: FusedWeights] = [:]

  private struct WeightsKey: Hashable {
    let weight: ObjectIdentifier
    let norm: ObjectIdentifier?
    let outputs: Range<Int>
    let inputs: Int?
    let arithmetic: Arithmetic
  }

  private struct LayerKey: Hashable {
    let weights: WeightsKey
    let kind: FusedLayer.Kind
    let adds: Bool
    let function: Activation?
  }

  func layer(_ weighted: Weighted, _ arithmetic: Arithmetic) -> FusedLayer {
    let key = LayerKey(
      weights: self.key(weighted, arithmetic), kind: weighted.kind, adds: weighted.adds,
      function: weighted.function)
    if let known = layers[key] { return known }
    let layer = FusedLayer(
      weighted.kind, weights: weights(weighted, arithmetic), adds: weighted.adds,
      function: weighted.function)
    layers[key] = layer
    return layer
  }

  /// The weights with the normalisation behind them folded in.
  func weights(_ weighted: Weighted, _ arithmetic: Arithmetic) -> FusedWeights {
    let key = key(weighted, arithmetic)
    if let weights = known[key] { return weights }
    let weights = weighted.foldedWeights(arithmetic)
    known[key] = weights
    return weights
  }

  private func key(_ weighted: Weighted, _ arithmetic: Arithmetic) -> WeightsKey {
    WeightsKey(
      weight: ObjectIdentifier(weighted.node.parameters[0].parameter),
      norm: weighted.norm.map(ObjectIdentifier.init), outputs: weighted.outputs,
      inputs: weighted.inputs, arithmetic: arithmetic)
  }
}

extension Weighted {
  fileprivate func foldedWeights(_ arithmetic: Arithmetic) -> FusedWeights {
    var folded: FusedWeights.Normalization?
    if let norm, let statistics = norm.statistics {
      folded = FusedWeights.Normalization(
        scale: norm.parameters[0].parameter, shift: norm.parameters[1].parameter,
        statistics: statistics)
    }
    return FusedWeights(
      weight: node.parameters[0].parameter,
      bias: node.parameters.count > 1 ? node.parameters[1].parameter : nil, normalization: folded,
      outputs: outputs, inputs: inputs, arithmetic: arithmetic)
  }

  /// The channels that go into a convolution, with the room behind them.
  fileprivate var inputs: Int? {
    guard case .convolution(_, let weight, _, _, _, _) = kind else { return nil }
    return weight[1]
  }
}
