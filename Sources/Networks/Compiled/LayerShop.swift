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
  }

  private struct LayerKey: Hashable {
    let weights: WeightsKey
    let kind: FusedLayer.Kind
    let adds: Bool
    let function: Activation?
  }

  func layer(_ weighted: Weighted) -> FusedLayer {
    let key = LayerKey(
      weights: self.key(weighted), kind: weighted.kind, adds: weighted.adds,
      function: weighted.function)
    if let known = layers[key] { return known }
    let layer = FusedLayer(
      weighted.kind, weights: weights(weighted), adds: weighted.adds, function: weighted.function)
    layers[key] = layer
    return layer
  }

  /// The weights with the normalisation behind them folded in.
  func weights(_ weighted: Weighted) -> FusedWeights {
    let key = key(weighted)
    if let weights = known[key] { return weights }
    let weights = weighted.foldedWeights
    known[key] = weights
    return weights
  }

  private func key(_ weighted: Weighted) -> WeightsKey {
    WeightsKey(
      weight: ObjectIdentifier(weighted.node.parameters[0].parameter),
      norm: weighted.norm.map(ObjectIdentifier.init), outputs: weighted.outputs,
      inputs: weighted.inputs)
  }
}

extension Weighted {
  fileprivate var foldedWeights: FusedWeights {
    var folded: FusedWeights.Normalization?
    if let norm, let statistics = norm.statistics {
      folded = FusedWeights.Normalization(
        scale: norm.parameters[0].parameter, shift: norm.parameters[1].parameter,
        statistics: statistics)
    }
    return FusedWeights(
      weight: node.parameters[0].parameter,
      bias: node.parameters.count > 1 ? node.parameters[1].parameter : nil, normalization: folded,
      outputs: outputs, inputs: inputs)
  }

  /// The channels that go into a convolution, with the room behind them.
  fileprivate var inputs: Int? {
    guard case .convolution(_, let weight, _, _, _, _) = kind else { return nil }
    return weight[1]
  }
}
