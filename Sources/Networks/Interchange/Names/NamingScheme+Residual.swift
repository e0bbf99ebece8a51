import Tensors

extension NamingScheme {
  /// ResNets as torchvision names them, and timm after it.
  ///
  /// `conv1`, `bn1`, then `layer1.0.conv1` … with a new number where the width changes, `fc`.
  /// Published CIFAR ResNets say `linear` for `fc`, and some `shortcut` for `downsample`.
  static func residual(_ plan: Plan) -> [NamingScheme] {
    guard let head = plan.finalHead([("Dense", "fc")]),
      let lines = residualLines(plan.layersWithTensors)
    else { return [] }
    return [WeightNames.torchvision, .timm].map { names in
      NamingScheme(names, lines + [head], classifier: ["fc."]) { name in
        let name = name.replacing(".shortcut.", with: ".downsample.")
        return name.hasPrefix("linear.") ? "fc.\(name.dropFirst(7))" : name
      }
    }
  }

  private static func residualLines(_ layers: [LayerPlan]) -> [Renaming]? {
    var lines: [Renaming] = []
    var (stage, block, width) = (0, 0, 0)
    for (index, plan) in layers.enumerated() {
      if let blockWidth = residualWidth(plan.layer) {
        (stage, block) = blockWidth == width ? (stage, block + 1) : (stage + 1, 0)
        width = blockWidth
        lines.append(Renaming(own: plan.name, file: "layer\(stage).\(block)"))
      } else if let name = stem(plan.layer, index) {
        lines.append(Renaming(own: plan.name, file: name))
      } else {
        return nil
      }
    }
    return stage > 0 ? lines : nil
  }

  private static func residualWidth(_ layer: any Layer) -> Int? {
    (layer as? Residual)?.width ?? (layer as? Bottleneck)?.width
  }

  private static func stem(_ layer: any Layer, _ index: Int) -> String? {
    switch (index, layer) {
    case (0, is Conv): "conv1"
    case (1, is BatchNorm): "bn1"
    default: nil
    }
  }
}
