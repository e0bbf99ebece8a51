import Tensors

extension NamingScheme {
  /// Vision transformers as timm, torchvision and Hugging Face name them.
  static func vision(_ plan: Plan) -> [NamingScheme] {
    let layers = plan.layersWithTensors
    if let tokens = tokensToToken(plan, layers) { return [tokens] }
    guard layers.count > 3, layers[0].layer is PatchEmbedding, layers[1].layer is ClassToken,
      layers[2].layer is Positions,
      layers.dropFirst(3).allSatisfy({ $0.layer is TransformerBlock })
    else { return [] }
    let names = layers.map(\.name)
    return [timmVision(plan, names), torchvisionVision(plan, names), facedVision(plan, names)]
      .compactMap(\.self)
  }

  private static func timmVision(_ plan: Plan, _ names: [String]) -> NamingScheme? {
    guard let head = plan.finalHead([("LayerNorm", "norm"), ("Dense", "head")]) else { return nil }
    let lines = [Renaming(own: names[0], file: "patch_embed")] + timmTokens(names)
    return NamingScheme(.timm, lines + [head], classifier: ["head."])
  }

  /// T2T-ViTs as their authors name them, after timm.
  private static func tokensToToken(_ plan: Plan, _ layers: [LayerPlan]) -> NamingScheme? {
    guard layers.count > 5, layers.prefix(2).allSatisfy({ isTokenMixing($0.layer) }),
      layers[2].layer is Dense, layers[3].layer is ClassToken,
      layers[4].layer is FixedPositions || layers[4].layer is Positions,
      layers.dropFirst(5).allSatisfy({ $0.layer is TransformerBlock }),
      let head = plan.finalHead([("LayerNorm", "norm"), ("Dense", "head")])
    else { return nil }
    let places = ["attention1", "attention2", "project"]
    let lines = zip(layers, places).map {
      Renaming(own: $0.name, file: "tokens_to_token.\($1)")
    }
    return NamingScheme(
      .timm, lines + timmTokens(layers.dropFirst(2).map(\.name)) + [head], classifier: ["head."])
  }

  private static func isTokenMixing(_ layer: any Layer) -> Bool {
    layer is TokenPerformer || layer is TokenTransformer
  }

  /// The class token, the positions and the blocks.
  static func timmTokens(_ names: [String]) -> [Renaming] {
    [
      Renaming(own: names[1], file: "", parts: [.init("weight", "cls_token", isBatched: true)]),
      Renaming(own: names[2], file: "", parts: [.init("weight", "pos_embed", isBatched: true)]),
    ]
      + names.dropFirst(3).enumerated().map { Renaming(own: $1, file: "blocks.\($0)") }
  }

  private static func torchvisionVision(_ plan: Plan, _ names: [String]) -> NamingScheme? {
    guard let head = plan.finalHead([("LayerNorm", "encoder.ln"), ("Dense", "heads.head")]) else {
      return nil
    }
    let parts: [Renaming.Part] = [
      .init("norm1", "ln_1"), .init("norm2", "ln_2"),
      .init("attn.qkv.weight", "self_attention.in_proj_weight"),
      .init("attn.qkv.bias", "self_attention.in_proj_bias"),
      .init("attn.proj", "self_attention.out_proj"),
      .init("mlp.fc1", "mlp.0"), .init("mlp.fc2", "mlp.3"),
    ]
    let lines =
      [
        Renaming(own: names[0], file: "", parts: [.init("proj", "conv_proj")]),
        Renaming(own: names[1], file: "", parts: [.init("weight", "class_token", isBatched: true)]),
        Renaming(
          own: names[2], file: "encoder", parts: [.init("weight", "pos_embedding", isBatched: true)]
        ),
      ]
      + names.dropFirst(3).enumerated().map {
        Renaming(own: $1, file: "encoder.layers.encoder_layer_\($0)", parts: parts)
      }
    return NamingScheme(.torchvision, lines + [head], classifier: ["heads.head."]) {
      $0.replacing([(".mlp.linear_1.", ".mlp.0."), (".mlp.linear_2.", ".mlp.3.")])
    }
  }

  private static func facedVision(_ plan: Plan, _ names: [String]) -> NamingScheme? {
    let head = plan.finalHead([("LayerNorm", "vit.layernorm"), ("Dense", "classifier")])
    guard let head else { return nil }
    let parts: [Renaming.Part] = [
      .init("norm1", "layernorm_before"), .init("norm2", "layernorm_after"),
      .init(
        "attn.qkv", "attention.attention.query", "attention.attention.key",
        "attention.attention.value"),
      .init("attn.proj", "attention.output.dense"),
      .init("mlp.fc1", "intermediate.dense"), .init("mlp.fc2", "output.dense"),
    ]
    let token = Renaming.Part("weight", "cls_token", isBatched: true)
    let places = Renaming.Part("weight", "position_embeddings", isBatched: true)
    let lines =
      [
        Renaming(
          own: names[0], file: "vit.embeddings",
          parts: [.init("proj", "patch_embeddings.projection")]),
        Renaming(own: names[1], file: "vit.embeddings", parts: [token]),
        Renaming(own: names[2], file: "vit.embeddings", parts: [places]),
      ]
      + names.dropFirst(3).enumerated().map {
        Renaming(own: $1, file: "vit.encoder.layer.\($0)", parts: parts)
      }
    return NamingScheme(.huggingFace, lines + [head], classifier: ["classifier."]) { name in
      name.hasPrefix("vit.layers.") ? renewed(name) : name
    }
  }

  /// The published spelling of a name that version 5 of transformers writes.
  private static func renewed(_ name: String) -> String {
    name.replacing([
      ("vit.layers.", "vit.encoder.layer."), (".q_proj.", ".attention.query."),
      (".k_proj.", ".attention.key."), (".v_proj.", ".attention.value."),
      (".o_proj.", ".output.dense."), (".mlp.fc1.", ".intermediate.dense."),
      (".mlp.fc2.", ".output.dense."),
    ])
  }
}
