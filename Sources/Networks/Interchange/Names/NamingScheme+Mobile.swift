import Tensors

extension NamingScheme {
  /// MobileNetV3 and EfficientNet as torchvision names them.
  ///
  /// `features.0` is the stem and the last `features` the 1×1 convolution before the head. Between
  /// them MobileNetV3 has one number a block, and EfficientNet one a stage and one a block.
  static func mobile(_ plan: Plan) -> [NamingScheme] {
    let layers = plan.layersWithTensors
    let blocks = layers.filter { $0.layer is InvertedBottleneck }
    guard !blocks.isEmpty, layers.count == blocks.count + 4,
      [0, 1, layers.count - 2, layers.count - 1].allSatisfy({ isConvolution(layers[$0].layer) })
    else { return [] }
    let hidden = plan.finalHead([("Dense", "classifier.0"), ("Dense", "classifier.3")])
    let plain = plan.finalHead([("Dense", "classifier.1")])
    guard let head = hidden ?? plain else { return [] }
    let places = hidden != nil ? blocks.indices.map { "\($0 + 1)" } : stages(blocks)
    let last = hidden != nil ? blocks.count + 1 : stageCount(blocks) + 1
    var lines = zip(blocks, places).map { inverted($0, "features.\($1)") }
    for (offset, layer) in layers.prefix(2).enumerated() {
      lines.append(Renaming(own: layer.name, file: "features.0.\(offset)"))
    }
    for (offset, layer) in layers.suffix(2).enumerated() {
      lines.append(Renaming(own: layer.name, file: "features.\(last).\(offset)"))
    }
    let classifier = hidden != nil ? "classifier.3." : "classifier.1."
    return [NamingScheme(.torchvision, lines + [head], classifier: [classifier])]
  }

  private static func isConvolution(_ layer: any Layer) -> Bool {
    layer is Conv || layer is BatchNorm
  }

  /// Its convolutions and the squeeze-and-excitation are numbered in order of computation.
  private static func inverted(_ plan: LayerPlan, _ place: String) -> Renaming {
    let parts = plan.children.enumerated().map { Renaming.Part($1.name, "block.\($0)") }
    return Renaming(own: plan.name, file: place, parts: parts)
  }

  /// "stage.block" of each block: a stage begins where stride, kernel or width say so.
  private static func stages(_ plans: [LayerPlan]) -> [String] {
    var (stage, block) = (0, 0)
    var previous: InvertedBottleneck?
    return plans.compactMap { $0.layer as? InvertedBottleneck }.map { layer in
      let continues =
        previous.map {
          layer.stride == 1 && layer.kernel == $0.kernel && layer.width == $0.width
        } ?? false
      (stage, block) = continues ? (stage, block + 1) : (stage + 1, 0)
      previous = layer
      return "\(stage).\(block)"
    }
  }

  private static func stageCount(_ plans: [LayerPlan]) -> Int {
    stages(plans).filter { $0.hasSuffix(".0") }.count
  }
}
